package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.rules.ReferenceData.CostCategory;

/** Reference data as days see it: an organisation's own beside what holds for every organisation. */
class ReferenceViewTest {
    private final KeyValueStore<String, byte[]> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(Names.REFERENCE), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    private final ReferenceTable.View view = new ReferenceTable.View(store);

    @BeforeEach
    void openStore() {
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        store.put("enabled-key||app", ReferenceJson.enabledKey());
        store.put("cost-category||Shop", ReferenceJson.category(new CostCategory("shop%", 1)));
        store.put("tag-mapping||application", ReferenceJson.tagMapping("app"));
    }

    @Test
    void shouldAddWhatAnOrganisationHasOfItsOwn() {
        store.put("enabled-key|a|team", ReferenceJson.enabledKey());
        final ReferenceData own = view.of("a", "source");
        assertThat(own.enabledKeys()).containsExactlyInAnyOrder("app", "team", ReferenceData.ALWAYS_ENABLED);
        assertThat(own.categories()).containsExactly(new CostCategory("shop%", 1));
        assertThat(own.tagMappings()).containsExactlyEntriesOf(java.util.Map.of("application", "app"));
        assertThat(view.of("b", "source").enabledKeys()).containsExactlyInAnyOrder("app", ReferenceData.ALWAYS_ENABLED);
    }

    @Test
    void shouldPreferWhatAnOrganisationHasOfItsOwn() {
        store.put("cost-category|a|Shop", ReferenceJson.category(new CostCategory("a-shop%", 2)));
        store.put("tag-mapping|a|application", ReferenceJson.tagMapping("a-app"));
        assertThat(view.of("a", "source").categories()).containsExactly(new CostCategory("a-shop%", 2));
        assertThat(view.of("a", "source").tagMappings()).containsEntry("application", "a-app");
        assertThat(view.of("b", "source").categories()).containsExactly(new CostCategory("shop%", 1));
    }

    @Test
    void shouldHoldWhatHoldsForAllOnceForOrganisationsThatHaveNothingOfTheirOwn() {
        assertThat(view.of("b", "source").enabledKeys())
                .isSameAs(view.of("c", "source").enabledKeys());
    }

    @Test
    void shouldReadAnewOnlyWhenItIsToldTo() {
        assertThat(view.of("", "source").enabledKeys()).containsExactlyInAnyOrder("app", ReferenceData.ALWAYS_ENABLED);
        store.put("enabled-key||team", ReferenceJson.enabledKey());
        assertThat(view.of("", "source").enabledKeys()).containsExactlyInAnyOrder("app", ReferenceData.ALWAYS_ENABLED);
        view.forget();
        assertThat(view.of("", "source").enabledKeys())
                .containsExactlyInAnyOrder("app", "team", ReferenceData.ALWAYS_ENABLED);
    }
}
