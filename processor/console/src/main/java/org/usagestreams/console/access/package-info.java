/** Who may see and change what in the console. */
package org.usagestreams.console.access;
