package org.usagestreams.consumer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Output of one record that is held back until it is whole: in memory as far as it is small, the rest in a file. No transaction is
 * therefore open while a large object is read, and interrupted work leaves no trace. The file has no name once it is open, so it disappears
 * if the process is killed.
 *
 * <p>All methods throw {@link KafkaException} where the file cannot be written or read, as Kafka's clients do: the loop begins anew
 * after a pause. Not thread-safe.
 */
final class HeldRecords {
    private static final int BUFFER = 64 << 10;

    private final long memoryBytes;
    private final Path directory;
    private final List<ProducerRecord<byte[], byte[]>> memory = new ArrayList<>();
    private long bytes;
    private FileChannel file;
    private DataOutputStream out;
    private int filed;

    /**
     * None yet.
     *
     * @param memoryBytes that are held in memory
     * @param directory of the file; null for the JVM's directory for temporary files
     */
    HeldRecords(long memoryBytes, Path directory) {
        this.memoryBytes = memoryBytes;
        this.directory = directory;
    }

    /** Holds a record back. */
    void add(ProducerRecord<byte[], byte[]> record) {
        bytes += record.key().length + (record.value() == null ? 0 : record.value().length);
        if (bytes <= memoryBytes) {
            memory.add(record);
            return;
        }
        try {
            if (out == null) {
                open();
            }
            write(record);
            filed++;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Passes all of them on, in the order in which they came. */
    void forEach(Consumer<ProducerRecord<byte[], byte[]>> action) {
        memory.forEach(action);
        if (out == null) {
            return;
        }
        try {
            out.flush();
            file.position(0);
            final DataInputStream in =
                    new DataInputStream(new BufferedInputStream(Channels.newInputStream(file), BUFFER));
            for (int i = 0; i < filed; i++) {
                action.accept(read(in));
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Forgets all of them. */
    void clear() {
        memory.clear();
        bytes = 0;
        filed = 0;
        if (out != null) {
            out = null;
            try {
                file.close();
            } catch (IOException e) {
                throw failure(e);
            }
        }
    }

    private void open() throws IOException {
        final Path path = directory == null
                ? Files.createTempFile("splitter-", ".chunks")
                : Files.createTempFile(Files.createDirectories(directory), "splitter-", ".chunks");
        try {
            file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } finally {
            Files.delete(path);
        }
        out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(file), BUFFER));
    }

    private void write(ProducerRecord<byte[], byte[]> record) throws IOException {
        out.writeUTF(record.topic());
        out.writeInt(record.partition() == null ? -1 : record.partition());
        write(record.key());
        write(record.value());
        final Header[] headers = record.headers().toArray();
        out.writeInt(headers.length);
        for (final Header header : headers) {
            out.writeUTF(header.key());
            write(header.value());
        }
    }

    private void write(byte[] value) throws IOException {
        out.writeInt(value == null ? -1 : value.length);
        if (value != null) {
            out.write(value);
        }
    }

    private static ProducerRecord<byte[], byte[]> read(DataInputStream in) throws IOException {
        final String topic = in.readUTF();
        final int partition = in.readInt();
        final byte[] key = readBytes(in);
        final byte[] value = readBytes(in);
        final List<Header> headers = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            headers.add(new RecordHeader(in.readUTF(), readBytes(in)));
        }
        return new ProducerRecord<>(topic, partition < 0 ? null : partition, key, value, headers);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        final int length = in.readInt();
        if (length < 0) {
            return null;
        }
        final byte[] read = new byte[length];
        in.readFully(read);
        return read;
    }

    private KafkaException failure(IOException e) {
        return new KafkaException(
                "Cannot buffer output in "
                        + (directory == null ? System.getProperty("java.io.tmpdir") : directory)
                        + ": " + e.getMessage()
                        + ". Make room there, or name another folder (settings splitter.large.dir and intake.instance.dir)",
                e);
    }
}
