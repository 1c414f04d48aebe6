// What makes a library's reader pages an app: the service worker, what to do without a network, the
// bright card, and the hint how to put it on the phone.
import { wireCard } from "./card.js";
import { wireInstall } from "./install.js";
import { wireOffline } from "./offline.js";

wireOffline();
wireCard();
wireInstall();
