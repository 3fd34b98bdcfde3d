// In the order of the navigation.
import "./leads";
import "./tenants";
import "./contracts";
import "./subscriptions";
import "./invoices";
import "./payments";
import "./plans";
import "./notifications";
import "./api_keys";
import "./flags";
import "./impersonation";
import "./jobs";
import "./staff";
import "./settings";
