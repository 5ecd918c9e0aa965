/** The command that runs histories. */
package org.usagestreams.simulation.cli;
