/** From rows of the summary back to the objects that they come from. */
package org.usagestreams.console.explain;
