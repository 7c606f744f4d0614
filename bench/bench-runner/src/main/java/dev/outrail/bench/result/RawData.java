package dev.outrail.bench.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;

/**
 * A CSV file (RFC 4180, UTF-8, with a header) of measurements, one a line. Each is in the file when
 * {@link #append} returns, so that a run that dies keeps what it has measured.
 *
 * <p>Thread-safe.
 */
public final class RawData implements AutoCloseable {

  private static final CsvMapper CSV = new CsvMapper();
  private static final CsvSchema COLUMNS =
      CsvSchema.builder()
          .addColumn("question")
          .addColumn("scenario")
          .addColumn("contender")
          .addNumberColumn("round")
          .addColumn("metric")
          .addNumberColumn("value")
          .setUseHeader(true)
          .setStrictHeaders(true)
          .setLineSeparator("\r\n")
          .build();

  private final SequenceWriter writer;

  private RawData(SequenceWriter writer) {
    this.writer = writer;
  }

  /**
   * Begins a new file.
   *
   * @throws UncheckedIOException also if the file is there already
   */
  public static RawData create(Path file) {
    try {
      return new RawData(
          CSV.writerFor(Measurement.class)
              .with(COLUMNS)
              .writeValues(
                  Files.newBufferedWriter(
                      file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + file, e);
    }
  }

  public synchronized void append(Measurement measurement) {
    writer.write(measurement);
    writer.flush();
  }

  @Override
  public synchronized void close() {
    writer.close();
  }

  /**
   * The measurements of a file, in their order. What stands behind the last line end is left out: a
   * run died while it wrote that line.
   *
   * @throws RuntimeException if the file is not of this form; says where
   */
  public static List<Measurement> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    if (whole.isEmpty()) {
      return List.of();
    }
    try (MappingIterator<Measurement> rows =
        CSV.readerFor(Measurement.class).with(COLUMNS).readValues(whole)) {
      return rows.readAll();
    }
  }
}
