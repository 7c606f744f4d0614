package dev.outrail.payment.paying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.mall.api.ApiException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnUrlsTest {

  private final ReturnUrls returnUrls =
      new ReturnUrls(new PayingProperties(50, Set.of("Shop.example", "[::1]")));

  @Test
  void noneIsFine() {
    assertThat(returnUrls.check(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example",
        "http://shop.example:8080/thanks?a=b#c",
        "HTTPS://SHOP.EXAMPLE/",
        "http://[::1]/"
      })
  void anAllowedHostIsFineOnAnyPort(String url) {
    assertThat(returnUrls.check(url)).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "shop.example",
        "/thanks",
        "//shop.example/",
        "https:///thanks",
        "https:shop.example",
        "https://evil.example/",
        "https://evil.example/?u=https://shop.example/",
        "https://evil.example#shop.example",
        "https://shop.example.evil.example/",
        "https://evilshop.example/",
        "https://a.shop.example/",
        "https://shop.example@evil.example/",
        "https://user:secret@shop.example/",
        "https://evil.example\\@shop.example/",
        "https://shop.example\\.evil.example/",
        "https://shop.example%2eevil.example/",
        "https://shop\u3002example/",
        "https://shop.example./",
        "javascript://shop.example/%0aalert(1)",
        "ftp://shop.example/",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "https://shop.example/a b"
      })
  void everythingElseIsRefused(String url) {
    assertThatThrownBy(() -> returnUrls.check(url))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith("returnUrl ");
  }

  @Test
  void aUrlThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> returnUrls.check("https://shop.example/" + "a".repeat(980)))
        .hasMessageContaining("1000");
    assertThat(returnUrls.check("https://shop.example/" + "a".repeat(979))).hasSize(1000);
  }
}
