package dev.outrail.bench.result.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.NumberFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * A chart of one or more values for each category, on a white ground, so that it can be read on
 * pages of any colour.
 *
 * @param lines whether a series is a line over the categories from left to right, rather than a bar
 *     in each, from top to bottom
 * @param logarithmic whether steps of the same factor are of the same length; all values must be
 *     above 0 then
 * @param series by name, the value of each category; need not have all of them
 * @param emphasized the name of the series that is drawn thicker than others
 */
record Drawing(
    String title,
    boolean lines,
    boolean logarithmic,
    Map<String, Map<String, Double>> series,
    String emphasized) {

  private static final int WIDTH = 960;
  private static final int LINES_HEIGHT = 560;
  private static final int FRAME_HEIGHT = 100;
  private static final int BAR_HEIGHT = 17;
  private static final int BAR_GAP = 9;
  private static final float THIN = 2;
  private static final float THICK = 4;
  private static final double ROOM_FOR_LABELS = 0.12;
  private static final double ROOM_ON_LOG_AXIS = 1;

  /** Told apart also by most who do not see all colours; lines are dashed when they repeat. */
  private static final int[] COLORS = {
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0x8C564B
  };

  private static final float[][] DASHES = {{}, {8, 4}, {2, 3}};

  /** Writes it as {@link Svg}. */
  Optional<String> write(Path file) throws IOException {
    return Svg.write(chart(), WIDTH, lines ? LINES_HEIGHT : barsHeight(), file);
  }

  private int barsHeight() {
    long categories =
        series.values().stream().flatMap(values -> values.keySet().stream()).distinct().count();
    return FRAME_HEIGHT + (int) categories * (series.size() * BAR_HEIGHT + BAR_GAP);
  }

  private JFreeChart chart() {
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    series.forEach(
        (name, values) ->
            values.forEach((category, value) -> data.addValue(value, name, category)));
    boolean legend = series.size() > 1;
    JFreeChart chart =
        lines
            ? ChartFactory.createLineChart(
                title, null, null, data, PlotOrientation.VERTICAL, legend, false, false)
            : ChartFactory.createBarChart(
                title, null, null, data, PlotOrientation.HORIZONTAL, legend, false, false);
    theme().apply(chart);
    chart.setPadding(new RectangleInsets(8, 8, 8, 24));
    if (legend) {
      chart.getLegend().setPosition(lines ? RectangleEdge.RIGHT : RectangleEdge.BOTTOM);
      chart.getLegend().setFrame(BlockBorder.NONE);
    }
    CategoryPlot plot = chart.getCategoryPlot();
    plot.setRangeAxis(axis());
    plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    plot.setRangeGridlineStroke(new BasicStroke(1));
    plot.setOutlineVisible(false);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    plot.getDomainAxis().setMaximumCategoryLabelWidthRatio(0.4f);
    for (int i = 0; i < data.getRowCount(); i++) {
      plot.getRenderer().setSeriesPaint(i, new Color(COLORS[i % COLORS.length]));
    }
    if (plot.getRenderer() instanceof BarRenderer bars) {
      style(bars);
    } else if (plot.getRenderer() instanceof LineAndShapeRenderer points) {
      style(points, data);
    }
    return chart;
  }

  private static StandardChartTheme theme() {
    StandardChartTheme theme = new StandardChartTheme("plain");
    theme.setExtraLargeFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    theme.setLargeFont(font());
    theme.setRegularFont(font());
    theme.setSmallFont(font());
    theme.setTitlePaint(Color.BLACK);
    theme.setTickLabelPaint(Color.BLACK);
    theme.setLegendItemPaint(Color.BLACK);
    theme.setChartBackgroundPaint(Color.WHITE);
    theme.setPlotBackgroundPaint(Color.WHITE);
    theme.setLegendBackgroundPaint(Color.WHITE);
    theme.setBarPainter(new StandardBarPainter());
    theme.setShadowVisible(false);
    return theme;
  }

  private static Font font() {
    return new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  }

  private ValueAxis axis() {
    ValueAxis axis;
    if (logarithmic) {
      LogAxis log = new LogAxis();
      log.setTickUnit(new NumberTickUnit(1, ticks()), false, true);
      log.setNumberFormatOverride(ticks());
      log.setRange(decadeBelow(), values().max().orElse(1) * (1 + ROOM_ON_LOG_AXIS));
      axis = log;
    } else {
      NumberAxis linear = new NumberAxis();
      linear.setNumberFormatOverride(ticks());
      linear.setUpperMargin(ROOM_FOR_LABELS);
      axis = linear;
    }
    axis.setTickLabelFont(font());
    return axis;
  }

  private static NumberFormat ticks() {
    return new DecimalFormat("#,##0.######", Numbers.symbols());
  }

  private double decadeBelow() {
    return Math.pow(10, Math.floor(Math.log10(values().min().orElse(1))));
  }

  private DoubleStream values() {
    return series.values().stream()
        .flatMap(values -> values.values().stream())
        .mapToDouble(Double::doubleValue);
  }

  private void style(BarRenderer bars) {
    if (logarithmic) {
      bars.setBase(decadeBelow());
    }
    bars.setItemMargin(0);
    bars.setDefaultItemLabelGenerator(
        new StandardCategoryItemLabelGenerator("{2}", Numbers.format()));
    bars.setDefaultItemLabelsVisible(true);
    bars.setDefaultItemLabelFont(font());
  }

  private void style(LineAndShapeRenderer points, DefaultCategoryDataset data) {
    points.setDefaultShapesVisible(true);
    points.setAutoPopulateSeriesStroke(false);
    for (int i = 0; i < data.getRowCount(); i++) {
      float width = data.getRowKey(i).equals(emphasized) ? THICK : THIN;
      float[] dashes = DASHES[i / COLORS.length % DASHES.length];
      points.setSeriesStroke(
          i,
          dashes.length == 0
              ? new BasicStroke(width)
              : new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0));
    }
  }
}
