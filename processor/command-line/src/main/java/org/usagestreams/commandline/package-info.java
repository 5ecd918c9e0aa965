/**
 * What all commands share: options, exit codes, progress, and the end on a signal.
 *
 * <p>Knows no command and no service.
 */
package org.usagestreams.commandline;
