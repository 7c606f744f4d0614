package dev.outrail.mall.api;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import java.io.IOException;
import java.util.List;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class ErrorEnvelopeTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT).build();

  private final MockMvc mvc =
      MockMvcBuilders.standaloneSetup(new SampleController())
          .setControllerAdvice(new ApiExceptionHandler())
          .setMessageConverters(new JacksonJsonHttpMessageConverter(JSON))
          .addFilters(
              ErrorEnvelopeTest::hideLength, new BodyLimitFilter(1_000, new EnvelopeWriter(JSON)))
          .build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"ids\":[\"x\"]}  | ids[0] cannot be read as a whole number",
        "{\"ids\":[1.5]}    | ids[0] cannot be read as a whole number",
        "{\"ids\":7}        | ids cannot be read as a list",
        "{\"ids\":[1,]}     | the body is not valid JSON (line 1, column",
        "{\"ids\":[]}       | ids must not be empty",
        "{}                 | ids must not be empty",
        "null               | the body is missing",
      })
  void aBodyThatIsNotAsExpectedIsExplained(String body, String message) throws Exception {
    mvc.perform(post("/sample").contentType(MediaType.APPLICATION_JSON).content(body))
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.code").value("A00002"))
        .andExpect(jsonPath("$.msg").value(Matchers.containsString(message)));
  }

  @Test
  void anotherMediaTypeIsRefusedAsSuch() throws Exception {
    mvc.perform(post("/sample").contentType(MediaType.TEXT_PLAIN).content("1"))
        .andExpect(status().isUnsupportedMediaType())
        .andExpect(jsonPath("$.code").value("A00002"));
  }

  @Test
  void aBodyOverTheLimitIsNotRead() throws Exception {
    String tooLong = "{\"ids\":[" + "1,".repeat(600) + "1]}";

    mvc.perform(post("/sample").contentType(MediaType.APPLICATION_JSON).content(tooLong))
        .andExpect(status().is(413))
        .andExpect(jsonPath("$.msg").value("the body is larger than 1000 bytes"));
  }

  @Test
  void aBodyOverTheLimitThatWasNotAnnouncedIsRefusedInTheSameWay() throws Exception {
    String tooLong = "{\"ids\":[" + "1,".repeat(600) + "1]}";

    mvc.perform(
            post("/sample")
                .contentType(MediaType.APPLICATION_JSON)
                .content(tooLong)
                .header(HttpHeaders.TRANSFER_ENCODING, "chunked"))
        .andExpect(status().is(413))
        .andExpect(jsonPath("$.code").value("A00002"))
        .andExpect(jsonPath("$.msg").value("the body is larger than 1000 bytes"));
  }

  @Test
  void textForANumberInThePathIsExplained() throws Exception {
    mvc.perform(get("/sample/abc"))
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.msg").value("id is not a long: 'abc'"));
  }

  @Test
  void aRefusalKeepsItsCodeAndStatus() throws Exception {
    mvc.perform(get("/sample/404"))
        .andExpect(status().isNotFound())
        .andExpect(
            content()
                .json("{\"code\":\"A03000\",\"msg\":\"order 404 does not exist\",\"data\":null}"));
  }

  @Test
  void aRefusalMayCarryData() throws Exception {
    mvc.perform(get("/sample/409"))
        .andExpect(status().isConflict())
        .andExpect(
            content().json("{\"code\":\"A03010\",\"msg\":\"not enough of it\",\"data\":[7,9]}"));
  }

  @Test
  void aFaultOfOursHidesItsCauseAndGivesAnIncident() throws Exception {
    mvc.perform(get("/sample/500"))
        .andExpect(status().isInternalServerError())
        .andExpect(jsonPath("$.code").value("A00005"))
        .andExpect(jsonPath("$.msg").value(Matchers.containsString("incident")))
        .andExpect(jsonPath("$.msg").value(Matchers.not(Matchers.containsString("secret"))));
  }

  /** As a server does with a body in chunks. */
  private static void hideLength(ServletRequest request, ServletResponse response, FilterChain rest)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    boolean chunked = http.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    rest.doFilter(
        chunked
            ? new HttpServletRequestWrapper(http) {
              @Override
              public long getContentLengthLong() {
                return -1;
              }
            }
            : http,
        response);
  }

  record Sample(@NotEmpty List<Long> ids) {}

  @RestController
  static class SampleController {

    @PostMapping("/sample")
    ApiResponse<Integer> create(@Valid @RequestBody Sample sample) {
      return ApiResponse.ok(sample.ids().size());
    }

    @GetMapping("/sample/{id}")
    ApiResponse<Long> read(@PathVariable("id") long id) {
      if (id == 404) {
        throw new ApiException(ResultCode.ORDER_NOT_EXIST, "order 404 does not exist");
      }
      if (id == 409) {
        throw ApiException.withData(ResultCode.NOT_STOCK, "not enough of it", List.of(7L, 9L));
      }
      if (id == 500) {
        throw new IllegalStateException("secret detail");
      }
      return ApiResponse.ok(id);
    }
  }
}
