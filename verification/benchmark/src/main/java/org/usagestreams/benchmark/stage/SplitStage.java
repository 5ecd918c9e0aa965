package org.usagestreams.benchmark.stage;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Reading row groups and splitting them into encoded chunks. */
@State(Scope.Benchmark)
public class SplitStage {
    public SplitStage() {}

    @Benchmark
    @OperationsPerInvocation(StageData.ROWS)
    public void readAndSplit(Blackhole sink) throws Exception {
        StageData.split((key, value) -> sink.consume(value));
    }
}
