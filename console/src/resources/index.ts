// In the order of the navigation.
import "./leads";
import "./onboarding";
import "./tenants";
import "./tickets";
import "./subscriptions";
import "./invoices";
import "./payments";
import "./churn";
import "./plans";
import "./notifications";
import "./health";
import "./api_keys";
import "./flags";
import "./impersonation";
import "./jobs";
import "./staff";
import "./settings";
