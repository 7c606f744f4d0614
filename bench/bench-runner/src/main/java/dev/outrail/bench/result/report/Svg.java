package dev.outrail.bench.result.report;

import java.awt.AWTError;
import java.awt.Dimension;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.text.TextUtils;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Writes charts as SVG, in which text stays text. */
final class Svg {

  private static final String NAMESPACE = "http://www.w3.org/2000/svg";

  static {
    // Else text beside a vertical axis would be drawn as shapes
    TextUtils.setUseDrawRotatedStringWorkaround(false);
  }

  private Svg() {}

  /** Returns why that was not possible on a machine that cannot draw, such as one without fonts. */
  static Optional<String> write(JFreeChart chart, int width, int height, Path file)
      throws IOException {
    try {
      SVGGraphics2D graphics = new SVGGraphics2D(document());
      graphics.setSVGCanvasSize(new Dimension(width, height));
      chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height));
      Element root = graphics.getRoot();
      root.setAttribute("viewBox", "0 0 %d %d".formatted(width, height));
      try (Writer out = Files.newBufferedWriter(file)) {
        graphics.stream(root, out);
      }
      return Optional.empty();
    } catch (AWTError | LinkageError | InternalError cannotDraw) {
      return Optional.of(cannotDraw.toString());
    }
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(NAMESPACE, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("This JVM has no XML parser", e);
    }
  }
}
