package dev.outrail.bench.result;

import java.nio.file.Path;

/**
 * A part of a run that is being made. The circumstances are in its file from the beginning; how
 * long it took is added by {@link #finish}, and a part without that counts as one that died.
 *
 * <p>Thread-safe.
 */
public final class RunPart implements AutoCloseable {

  private final RawData data;
  private final RunInfo info;
  private final Path json;

  RunPart(RawData data, RunInfo info, Path json) {
    this.data = data;
    this.info = info;
    this.json = json;
    info.write(json);
  }

  /** The measurement is in the file when this returns. */
  public void append(Measurement measurement) {
    data.append(measurement);
  }

  /** All that was to be measured was measured. */
  public void finish() {
    info.done().write(json);
  }

  @Override
  public void close() {
    data.close();
  }
}
