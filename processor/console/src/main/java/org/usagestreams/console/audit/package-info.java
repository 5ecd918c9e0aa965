/** The record of what was changed by whom. */
package org.usagestreams.console.audit;
