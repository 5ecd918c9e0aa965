/**
 * Commands for people. They read options, call what works, and print what came of it.
 */
package org.usagestreams.cli;
