package org.usagestreams.summarizer;

import org.junit.jupiter.api.Nested;

/** The topology behaves the same where each day is summarised by portions. */
class PortionedBehaviourTest {
    @Nested
    class Publishing extends PublishingTest {
        @Override
        TopologyHarness harness() {
            return TopologyHarness.inPortions(2);
        }
    }

    @Nested
    class ObjectVersions extends ObjectVersionsTest {
        @Override
        TopologyHarness harness() {
            return TopologyHarness.inPortions(2);
        }
    }

    @Nested
    class ReferenceChanges extends ReferenceChangesTest {
        @Override
        TopologyHarness harness() {
            return TopologyHarness.inPortions(2);
        }
    }

    @Nested
    class UnusableInput extends UnusableInputTest {
        @Override
        TopologyHarness harness() {
            return TopologyHarness.inPortions(2);
        }
    }
}
