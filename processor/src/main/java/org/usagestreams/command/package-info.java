/** Commands: what a person types, and how services are started from settings. */
package org.usagestreams.command;
