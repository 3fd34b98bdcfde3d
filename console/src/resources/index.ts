// In the order of the navigation.
import "./leads";
import "./tenants";
import "./subscriptions";
import "./invoices";
import "./payments";
import "./plans";
import "./announcements";
import "./articles";
import "./notifications";
import "./api_keys";
import "./jobs";
import "./staff";
import "./settings";
