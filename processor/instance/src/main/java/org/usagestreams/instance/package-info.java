/** What a process is among others: its place on its host, and the HTTP interface by which it is asked and told. */
package org.usagestreams.instance;
