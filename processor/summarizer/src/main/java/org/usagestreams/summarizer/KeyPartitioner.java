package org.usagestreams.summarizer;

import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToIntBiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Chooses partitions by the record's key alone. Kafka 4.4 deprecates the only abstract method of {@link StreamPartitioner} for
 * a default method with headers; this class implements it for all sinks.
 *
 * @param choice the partitions of a key, given how many there are
 */
record KeyPartitioner<K>(BiFunction<K, Integer, Set<Integer>> choice) implements StreamPartitioner<K, byte[]> {
    /** One partition for a key, given how many there are. */
    static <K> KeyPartitioner<K> one(ToIntBiFunction<K, Integer> partition) {
        return new KeyPartitioner<>((key, partitions) -> Set.of(partition.applyAsInt(key, partitions)));
    }

    /** Every partition. */
    static <K> KeyPartitioner<K> all() {
        return new KeyPartitioner<>(
                (key, partitions) -> IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
    }

    @Override
    @SuppressWarnings({"removal", "deprecation"})
    public Optional<Set<Integer>> partitions(String topic, K key, byte[] value, int partitions) {
        return Optional.of(choice.apply(key, partitions));
    }
}
