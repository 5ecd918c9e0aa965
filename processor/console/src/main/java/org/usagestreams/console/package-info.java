/** The console: pages and a JSON interface that show a running system. */
package org.usagestreams.console;
