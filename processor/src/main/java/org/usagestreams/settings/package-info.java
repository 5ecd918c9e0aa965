/** Settings: each once, with default and description, from file, environment and flags. */
package org.usagestreams.settings;
