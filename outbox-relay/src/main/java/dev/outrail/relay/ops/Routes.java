package dev.outrail.relay.ops;

import com.sun.net.httpserver.HttpExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which call is answered by what. Filled before the first call; thread-safe from then on. */
final class Routes {

  /** A part of a path that may be anything. */
  static final String ID = "<id>";

  /** What a call asks for. */
  enum Kind {
    /** Health, status, metrics: open to all, answered at once. */
    PAGE,
    /** What the topics and tables hold. */
    READING,
    /** May change something. */
    CHANGING
  }

  record Route(
      String method, String shown, Pattern path, Kind kind, Function<Call, Answer> pages) {}

  /** Carries out what was found. */
  interface Carrier {
    Answer carryOut(Route route, Call call);
  }

  private final List<Route> routes = new ArrayList<>();

  Routes add(String method, String path, Kind kind, Function<Call, Answer> pages) {
    Pattern pattern = Pattern.compile(path.replace(ID, "([^/]{1,255})"));
    routes.add(new Route(method, path, pattern, kind, pages));
    return this;
  }

  /** The answer of the route that fits; else 404 or 405. A HEAD is answered as a GET. */
  Answer answer(HttpExchange exchange, Carrier carrier) {
    String path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
    String asked = exchange.getRequestMethod();
    String method = "HEAD".equals(asked) ? "GET" : asked;
    List<Route> there = new ArrayList<>();
    for (Route route : routes) {
      Matcher matcher = route.path().matcher(path);
      if (matcher.matches()) {
        there.add(route);
        if (route.method().equals(method)) {
          return carrier.carryOut(route, new Call(exchange, matcher.toMatchResult()));
        }
      }
    }
    if (there.isEmpty()) {
      return Answer.error(404, "NO_SUCH_PAGE", "There is no " + path + ".", known());
    }
    String allowed =
        there.stream()
            .map(Route::method)
            .map(known -> known.equals("GET") ? "GET, HEAD" : known)
            .collect(Collectors.joining(", "));
    return Answer.error(
            405,
            "WRONG_METHOD",
            path + " cannot be asked with " + asked + ".",
            "Use " + allowed + ".")
        .with("Allow", allowed);
  }

  private String known() {
    return routes.stream()
        .map(route -> route.method() + " " + route.shown())
        .collect(Collectors.joining(", ", "", "."));
  }
}
