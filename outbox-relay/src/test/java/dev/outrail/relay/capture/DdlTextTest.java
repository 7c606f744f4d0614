package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DdlTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          CREATE TABLE t (a INT)                         | CREATE TABLE t (a INT)
          ADD c VARCHAR(9) DEFAULT "it's"                | ADD c VARCHAR(9) DEFAULT 'it''s'
          DEFAULT "say ""x"" y" COMMENT 'it''s'            | DEFAULT 'say "x" y' COMMENT 'it''s'
          DEFAULT 'a\\' -- b' COMMENT "c\\"d"            | DEFAULT 'a\\' -- b' COMMENT 'c\\"d'
          ADD `a"b``c` INT                               | ADD `a"b``c` INT
          ADD a INT /* x, 'y */ FIRST # z                | ADD a INT   FIRST
          ADD a INT -- it's                              | ADD a INT
          ADD a INT DEFAULT (1--1)                       | ADD a INT DEFAULT (1--1)
          /*!50001 ALTER TABLE t ADD x INT */            | /*!50001 ALTER TABLE t ADD x INT */
          (manual INT, url INT, KEY (url, manual))       | (`manual` INT, `url` INT, KEY (`url`, `manual`))
          ADD COLUMN parallel INT AFTER Qualify          | ADD COLUMN `parallel` INT AFTER `Qualify`
          CHANGE url manual INT, DROP auto               | CHANGE `url` `manual` INT, DROP `auto`
          CHANGE COLUMN `a` vector VECTOR(3)             | CHANGE COLUMN `a` `vector` VECTOR(3)
          ADD v VECTOR(3), ENGINE_ATTRIBUTE '{}'         | ADD v VECTOR(3), ENGINE_ATTRIBUTE '{}'
          ADD größe INT                                  | ADD größe INT
          """)
  void inTheDefaultMode(String sql, String expected) {
    assertThat(DdlText.plain(sql, 0).strip()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          CREATE TABLE "out""b`ox" ("id" INT)            | CREATE TABLE `out"b``ox` (`id` INT)
          DEFAULT 'a\\' COMMENT 'b'                      | DEFAULT 'a\\\\' COMMENT 'b'
          DEFAULT '\\''' COMMENT ', x INT'               | DEFAULT '\\\\''' COMMENT ', x INT'
          """)
  void withAnsiQuotesAndWithoutBackslashEscapes(String sql, String expected) {
    assertThat(DdlText.plain(sql, DdlText.ANSI_QUOTES | DdlText.NO_BACKSLASH_ESCAPES))
        .isEqualTo(expected);
  }
}
