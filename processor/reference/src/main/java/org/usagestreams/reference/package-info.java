/**
 * Reference data: its records on topics, how two states of it differ, cost management's tables, and how the topics follow
 * them.
 */
package org.usagestreams.reference;
