package dev.outrail.relay.crash;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Kills the JVM that it is loaded into with SIGKILL, when the n-th hit of a {@link CrashPoint}
 * comes; prints the point first. Or lets a {@link Fault} happen, once a file is there. The advice
 * is inlined into classes of another class loader, so it refers to nothing but public methods of
 * this class.
 */
public final class CrashAgent {

  static final String FAULT = "fault:";

  private static final AtomicInteger SENDS = new AtomicInteger();
  private static final AtomicInteger HITS = new AtomicInteger();
  private static volatile CrashPoint point;
  private static volatile int fatalHit;
  private static volatile Fault fault;
  private static volatile File when;

  private CrashAgent() {}

  /**
   * Called by the JVM.
   *
   * @param argument name of the point, a colon, the number of the hit; or {@value #FAULT}, name of
   *     the fault, a colon, the file
   */
  public static void premain(String argument, Instrumentation instrumentation) {
    if (argument.startsWith(FAULT)) {
      String[] parts = argument.substring(FAULT.length()).split(":", 2);
      fault = Fault.valueOf(parts[0]);
      when = new File(parts[1]);
      advise(agent(), fault.type(), named(fault.method()), Err.class).installOn(instrumentation);
      return;
    }
    String[] parts = argument.split(":", 2);
    point = CrashPoint.valueOf(parts[0]);
    fatalHit = Integer.parseInt(parts[1]);
    CrashPoint.Trigger trigger = point.trigger();
    AgentBuilder agent =
        advise(agent(), CrashPoint.Types.PRODUCER, named("beginTransaction"), Begin.class);
    agent =
        advise(agent, CrashPoint.Types.PRODUCER, named("send").and(takesArguments(2)), Send.class);
    agent =
        advise(
            agent,
            trigger.type(),
            named(trigger.method()),
            trigger.leaving() ? Leave.class : Enter.class);
    agent.installOn(instrumentation);
  }

  private static AgentBuilder agent() {
    return new AgentBuilder.Default()
        .with(AgentBuilder.TypeStrategy.Default.REDEFINE)
        .with(AgentBuilder.InitializationStrategy.NoOp.INSTANCE)
        .with(AgentBuilder.Listener.StreamWriting.toSystemOut().withErrorsOnly());
  }

  private static AgentBuilder advise(
      AgentBuilder agent,
      String type,
      ElementMatcher<? super MethodDescription> method,
      Class<?> advice) {
    return agent
        .type(named(type))
        .transform(
            (builder, found, loader, module, domain) ->
                builder.visit(Advice.to(advice).on(method)));
  }

  public static void begun() {
    SENDS.set(0);
  }

  public static void sent() {
    SENDS.incrementAndGet();
  }

  public static void passed() {
    CrashPoint.Trigger trigger = point.trigger();
    int sends = SENDS.get();
    if (sends < trigger.minSends() || sends > trigger.maxSends()) {
      return;
    }
    int hit = HITS.incrementAndGet();
    if (hit == fatalHit) {
      System.out.println(point.lastWords() + "hit " + hit + ", after " + sends + " sends");
      System.out.flush();
      die();
    }
    if (hit > fatalHit) {
      hang(); // another thread of a process that is about to be gone
    }
  }

  public static void err() {
    if (when.exists()) {
      System.out.println("FAULT " + fault);
      if (fault.hangs()) {
        hang();
      }
      throw new StackOverflowError("of " + fault);
    }
  }

  private static void die() {
    try {
      new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    hang();
  }

  private static void hang() {
    while (true) {
      LockSupport.park();
    }
  }

  private static final class Err {
    @Advice.OnMethodEnter
    static void enter() {
      err();
    }
  }

  private static final class Begin {
    @Advice.OnMethodEnter
    static void enter() {
      begun();
    }
  }

  private static final class Send {
    @Advice.OnMethodExit
    static void exit() {
      sent();
    }
  }

  private static final class Enter {
    @Advice.OnMethodEnter
    static void enter() {
      passed();
    }
  }

  private static final class Leave {
    @Advice.OnMethodExit
    static void exit() {
      passed();
    }
  }
}
