/**
 * Tells others that days are loaded: events that the sink wrote into PostgreSQL come to their topic, and from there to webhooks.
 *
 * <p>Each step is repeated until it is done, so an event may come more than once, with the same id.
 */
package org.usagestreams.completions;
