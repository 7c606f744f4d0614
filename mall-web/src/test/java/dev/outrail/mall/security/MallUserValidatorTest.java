package dev.outrail.mall.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.Jwt;

class MallUserValidatorTest {

  private final MallUserValidator validator = new MallUserValidator();

  @Test
  void aTokenWithAUsersNumberIsAccepted() {
    Jwt token = token(claims -> claims.subject("7").claim("sys_type", 1));

    assertThat(validator.validate(token).hasErrors()).isFalse();
    assertThat(MallUser.of(token)).isEqualTo(new MallUser(7, 1));
  }

  @Test
  void withoutAKindTheUserIsAnOrdinaryOne() {
    assertThat(MallUser.of(token(claims -> claims.subject("7")))).isEqualTo(new MallUser(7, 0));
  }

  @Test
  void tokensThatNameNoUserAreRefusedWithTheClaim() {
    assertRefused(token(claims -> claims.subject("payment-app")), "sub");
    assertRefused(token(claims -> claims.claim("sys_type", 0)), "sub");
    assertRefused(token(claims -> claims.subject("7").claim("sys_type", "admin")), "sys_type");
    assertRefused(token(claims -> claims.subject("7").claim("sys_type", 4_000)), "sys_type");
  }

  @Test
  void aTokenWithoutAnEndIsRefused() {
    Jwt endless = Jwt.withTokenValue("t").header("alg", "RS256").subject("7").build();

    assertRefused(endless, "exp");
  }

  private void assertRefused(Jwt token, String claim) {
    assertThat(validator.validate(token).getErrors())
        .singleElement()
        .satisfies(error -> assertThat(error.getDescription()).contains("claim " + claim));
  }

  private static Jwt token(Consumer<Jwt.Builder> claims) {
    Jwt.Builder builder =
        Jwt.withTokenValue("t").header("alg", "RS256").expiresAt(Instant.now().plusSeconds(60));
    claims.accept(builder);
    return builder.build();
  }
}
