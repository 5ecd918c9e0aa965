package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.Reading;

class CatchUpGateTest {
    private final KeyValueStore<String, Reading> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(Names.READING), Serdes.String(), new ProtobufSerde<>(Reading.parser()))
            .withLoggingDisabled()
            .build();
    private boolean allRead;
    private int asked;
    private final ReadProgress progress = new ReadProgress() {
        @Override
        public boolean isRead(int partition) {
            asked++;
            return allRead;
        }

        @Override
        public boolean isFirst(int partition, long offset) {
            return false;
        }
    };

    @BeforeEach
    void open() {
        final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
    }

    private CatchUpGate gate() {
        return new CatchUpGate(store, progress, 3);
    }

    @Test
    void shouldStayShutUntilAllIsReadAndAskOnceASecond() {
        final CatchUpGate gate = gate();
        assertThat(gate.isShut()).isFalse();
        gate.shut();
        assertThat(gate.open(10_000)).isFalse();
        allRead = true;
        assertThat(gate.open(10_999)).isFalse();
        assertThat(asked).isEqualTo(1);
        assertThat(gate.open(11_000)).isTrue();
        assertThat(gate.isShut()).isFalse();
        assertThat(gate.open(20_000)).as("only once").isFalse();
    }

    @Test
    void shouldRememberAfterARestartThatItIsShut() {
        gate().shut();
        assertThat(gate().isShut()).isTrue();
    }

    @Test
    void shouldKnowAnOffsetThatWasReadBefore() {
        final CatchUpGate gate = gate();
        gate.readTo(100);
        gate.readTo(50);
        assertThat(gate().isSetBack(99)).isTrue();
        assertThat(gate().isSetBack(100)).isFalse();
        gate.shut();
        assertThat(gate().isSetBack(0)).as("it begins anew").isFalse();
    }

    @Test
    void shouldTakeOverWhatAnotherProcessorFound() {
        final CatchUpGate gate = gate();
        gate().shut();
        assertThat(gate.isShut()).isFalse();
        gate.reload();
        assertThat(gate.isShut()).isTrue();
    }
}
