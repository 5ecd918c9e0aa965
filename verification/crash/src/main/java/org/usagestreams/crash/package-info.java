/** Kills and cuts off parts of a running system while objects come and go, and looks whether anything is lost or doubled. */
package org.usagestreams.crash;
