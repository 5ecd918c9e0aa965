/** The commands. Each reads its options, calls a module that does the work, and prints the result. */
package org.usagestreams.cli;
