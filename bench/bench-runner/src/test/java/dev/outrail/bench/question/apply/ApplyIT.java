package dev.outrail.bench.question.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.measure.effect.EffectCheck;
import dev.outrail.bench.measure.effect.EffectCounts;
import dev.outrail.bench.measure.effect.EffectsConsumer;
import dev.outrail.testbed.Testbed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyIT {

  private static final int PAYMENTS = 600;

  @TempDir private Path folder;

  @Test
  void aMessageThatComesTwiceIsOneEffectAndIsCounted() {
    Stage stage = new Stage(new Servers(Testbed.shared()), folder);
    Scene scene = stage.scene("apply", 1, 0, 1);
    Deliveries deliveries = Deliveries.of(PAYMENTS, 50);
    Publisher.publish(deliveries, scene.servers().kafka(), scene.topic());

    try (EffectsConsumer consumer = EffectsConsumer.start(scene, PAYMENTS)) {
      assertThat(consumer.awaitMessages(deliveries.size(), Duration.ofMinutes(1))).isTrue();

      assertThat(consumer.counts()).isEqualTo(new EffectCounts(PAYMENTS, PAYMENTS / 2));
      assertThat(consumer.check()).isEqualTo(new EffectCheck(PAYMENTS, 0));
      Written effects = consumer.effects();
      Set<Long> numbers = new HashSet<>();
      for (int i = 0; i < effects.size(); i++) {
        assertThat(effects.committed(i)).isGreaterThanOrEqualTo(effects.due(i));
        numbers.add(effects.seq(i));
      }
      assertThat(numbers).hasSize(PAYMENTS).allMatch(number -> number >= 0 && number < PAYMENTS);
    } finally {
      stage.strike(scene);
    }
  }
}
