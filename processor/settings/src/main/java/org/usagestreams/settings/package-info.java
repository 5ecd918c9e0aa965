/**
 * Settings: loaded from file, environment and flags, resolved, and checked.
 *
 * <p>Promises that a process starts with valid settings or lists all that are wrong. Knows no module above it: each module
 * brings its own {@link org.usagestreams.settings.SettingsGroup}. Everything is immutable once loaded. Never logs a value.
 */
package org.usagestreams.settings;
