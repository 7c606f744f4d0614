package dev.outrail.bench.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of one run, which may have been made in several parts. Each part is two files, {@code
 * part-<start>.csv} with the raw data and {@code part-<start>.json} with the circumstances; a
 * report is made of all parts in the folder.
 */
public record RunFolder(Path path) {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /**
   * One part, as it was read.
   *
   * @param csv the file that the measurements are from
   */
  public record Part(RunInfo info, Path csv, List<Measurement> measurements) {

    public Part {
      measurements = List.copyOf(measurements);
    }
  }

  /** Begins a part, and creates the folder if need be. */
  public RunPart begin(RunInfo info) {
    String name = "part-" + STAMP.format(info.started());
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + path, e);
    }
    RawData data = RawData.create(path.resolve(name + ".csv"));
    return new RunPart(data, info, path.resolve(name + ".json"));
  }

  /**
   * All parts, the oldest first.
   *
   * @throws IllegalStateException if there is none, or one lacks its JSON file
   */
  public List<Part> read() {
    List<Part> parts = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "part-*.csv")) {
      for (Path csv : files) {
        String name = csv.getFileName().toString();
        Path json = csv.resolveSibling(name.replaceFirst("\\.csv$", ".json"));
        if (!Files.exists(json)) {
          throw new IllegalStateException(
              "%s has no %s beside it: nobody knows how it was made"
                  .formatted(csv, json.getFileName()));
        }
        parts.add(new Part(RunInfo.read(json), csv, RawData.read(csv)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
    if (parts.isEmpty()) {
      throw new IllegalStateException("No part-*.csv in " + path + ": is it the folder of a run?");
    }
    parts.sort((a, b) -> a.csv().compareTo(b.csv()));
    return parts;
  }
}
