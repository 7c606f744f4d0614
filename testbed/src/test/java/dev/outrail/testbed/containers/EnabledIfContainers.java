package dev.outrail.testbed.containers;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test, saying why, where containers can't be had. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EnabledIfContainers.Condition.class)
public @interface EnabledIfContainers {

  /** Asks the engine once per JVM. */
  final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Obstacle.FOUND
          .map(ConditionEvaluationResult::disabled)
          .orElseGet(() -> ConditionEvaluationResult.enabled("a container engine answers"));
    }
  }

  /** Holder of the answer. */
  final class Obstacle {
    static final Optional<String> FOUND =
        ContainerEngine.obstacle(
            Arrays.stream(Images.values()).map(Images::image).toList(), Duration.ofMinutes(2));

    private Obstacle() {}
  }
}
