#include "calendar/ical_lines.h"

#include <gtest/gtest.h>

#include "calendar/ical_charset.h"
#include "calendar/ical_components.h"

namespace sw::calendar {
namespace {

using std::string_view_literals::operator""sv;

std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> out;
  LineReader reader(text);
  while (reader.next()) out.emplace_back(reader.text());
  return out;
}

using Lines = std::vector<std::string>;

TEST(IcalLines, UnfoldsWithEveryLineEnd) {
  for (const std::string_view end : {"\r\n", "\n", "\r", "\r\r\n"}) {
    std::string text;
    for (const std::string_view line : {"A:one", " two", "\tthree", "B:x"}) {
      text.append(line).append(end);
    }
    EXPECT_EQ(linesOf(text), (Lines{"A:onetwothree", "B:x"}));
  }
}

TEST(IcalLines, UnfoldsInsideUtf8SequencesAndOverEmptyLines) {
  EXPECT_EQ(linesOf("A:\xC3\r\n \xA4\r\n\r\n !\r\n"), (Lines{"A:\xC3\xA4!"}));
}

TEST(IcalLines, ReadsWhatIsNotUtf8AsWindows1252) {
  LineReader reader("A:caf\xE9 \x80\nB:gr\xC3\xBC\xC3\x9F\n");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.text(), "A:café €");
  EXPECT_EQ(reader.flags(), static_cast<unsigned>(LineReader::kNotUtf8));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.text(), "B:grüß");
  EXPECT_EQ(reader.flags(), 0U);
  EXPECT_EQ(reader.number(), 2U);
}

TEST(IcalLines, ReadsUtf16OfBothOrders) {
  EXPECT_EQ(linesOf("\xFF\xFE"
                    "A\0:\0\xE4\0\x3D\xD8\x00\xDE\r\0\n\0"sv),
            (Lines{"A:ä😀"}));
  EXPECT_EQ(linesOf("\xFE\xFF\0A\0:\0\xE4\0\n"sv), (Lines{"A:ä"}));
  EXPECT_EQ(linesOf("\xEF\xBB\xBF"
                    "A:b\n"),
            (Lines{"A:b"}));
}

TEST(IcalLines, DropsNulAndOtherControls) {
  LineReader reader("A:b\0c\x07\td\n"sv);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.text(), "A:bc\td");
  EXPECT_EQ(reader.flags(), static_cast<unsigned>(LineReader::kControls));
}

TEST(IcalLines, JoinsSoftBreaksOfQuotedPrintable) {
  EXPECT_EQ(linesOf("D;ENCODING=QUOTED-PRINTABLE:a=\nb=\nc\nE:x=\nF:y\n"),
            (Lines{"D;ENCODING=QUOTED-PRINTABLE:abc", "E:x=", "F:y"}));
}

TEST(IcalLines, SplitsNameParametersAndValue) {
  const auto line = parseLine("ATTENDEE;CN=\"a:b;c\";X=1:mailto:x@y");
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->is("ATTENDEE"));
  EXPECT_EQ(line->value, "mailto:x@y");
  EXPECT_EQ(line->parameter("CN"), "a:b;c");
  EXPECT_EQ(line->parameter("x"), "1");
  EXPECT_FALSE(line->parameter("Y"));
}

TEST(IcalLines, CopesWithUnquotedZonesAndBrokenQuotes) {
  EXPECT_EQ(parseLine("DTSTART;TZID=(UTC+01:00) Rome:20260301T090000")->parameter("TZID"),
            "(UTC+01:00) Rome");
  EXPECT_EQ(parseLine("SUMMARY;X=\"a:b")->value, "b");
  EXPECT_EQ(parseLine("SUMMARY :b")->value, "b");
  EXPECT_FALSE(parseLine("no colon here"));
  EXPECT_FALSE(parseLine("meet at: ten"));
  EXPECT_FALSE(parseLine(""));
}

TEST(IcalLines, DecodesAndEncodesParameters) {
  EXPECT_EQ(decodeParameter("a^nb^^c^'d^x"), "a\nb^c\"d^x");
  for (const std::string_view text : {"plain", "a b", "x;y:z,", "quote\" caret^ line\nend", ""}) {
    EXPECT_EQ(decodeParameter(encodeParameter(text)), text);
  }
  EXPECT_EQ(encodeParameter("a:b"), "\"a:b\"");
}

TEST(IcalLines, UnescapesWhatTheWorldEscapes) {
  EXPECT_EQ(unescapeText(R"(a\,b\;c\\d\ne\Nf\"g\:h\xi\)"), "a,b;c\\d\ne\nf\"g:h\\xi\\");
  std::string out;
  appendEscaped(out, "a,b;c\\d\r\ne\rf");
  EXPECT_EQ(out, R"(a\,b\;c\\d\ne\nf)");
}

TEST(IcalLines, FoldsAt75OctetsBetweenCharacters) {
  std::string line = "SUMMARY:";
  for (int i = 0; i < 100; ++i) line += "ä";
  std::string out;
  appendFolded(out, line);
  std::size_t begin = 0;
  for (std::size_t end = out.find("\r\n"); end != std::string::npos;
       end = out.find("\r\n", begin)) {
    const std::string physical = out.substr(begin, end - begin);
    EXPECT_LE(physical.size(), 75U);
    EXPECT_TRUE(isUtf8(physical));
    begin = end + 2;
  }
  EXPECT_EQ(linesOf(out), Lines{line});
}

std::vector<std::string> defectsOf(std::string_view text, std::vector<std::string>* pieces) {
  std::vector<std::string> out;
  ComponentReader reader(text);
  for (auto kind = reader.next(); kind != ComponentReader::Kind::kEnd; kind = reader.next()) {
    if (kind == ComponentReader::Kind::kComponent) {
      pieces->emplace_back(reader.component().text);
    }
    for (const TextDefect& defect : reader.defects()) {
      out.push_back(std::to_string(defect.line) + " " + defect.what);
    }
  }
  return out;
}

TEST(IcalComponents, NestsAndEndsWhatIsOpen) {
  std::vector<std::string> pieces;
  const auto defects = defectsOf(
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nACTION:AUDIO\nBEGIN:VEVENT\nUID:2\n"
      "END:VCALENDAR\nBEGIN:VEVENT\nUID:3\n",
      &pieces);
  EXPECT_EQ(pieces,
            (Lines{"BEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nACTION:AUDIO\nEND:VALARM\n"
                   "END:VEVENT\n",
                   "BEGIN:VEVENT\nUID:2\nEND:VEVENT\n", "BEGIN:VEVENT\nUID:3\nEND:VEVENT\n"}));
  ASSERT_EQ(defects.size(), 4U);
  EXPECT_EQ(defects[0], "6 END:VEVENT is missing before BEGIN:VEVENT; read as if it stood there");
  EXPECT_EQ(defects[3], "10 the file ends inside VEVENT; read as if it ended there");
}

TEST(IcalComponents, JoinsRawLineBreaksOfTexts) {
  std::vector<std::string> pieces;
  const auto defects = defectsOf(
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDESCRIPTION:one\ntwo words\nUID:1\nstray words\nEND:VEVENT\n",
      &pieces);
  EXPECT_EQ(pieces, (Lines{"BEGIN:VEVENT\nDESCRIPTION:one\\ntwo words\nUID:1\nEND:VEVENT\n"}));
  ASSERT_EQ(defects.size(), 2U);
  EXPECT_EQ(defects[1], "6 'stray words' is no content line and was left aside");
}

TEST(IcalComponents, DecodesQuotedPrintable) {
  std::vector<std::string> pieces;
  defectsOf(
      "BEGIN:VEVENT\nSUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:a=0D=0Ab, =C3=A4\n"
      "LOCATION;QUOTED-PRINTABLE:=E4\nEND:VEVENT\n",
      &pieces);
  EXPECT_EQ(pieces, (Lines{"BEGIN:VEVENT\nSUMMARY:a\\nb\\, ä\nLOCATION:ä\nEND:VEVENT\n"}));
}

TEST(IcalComponents, LimitsDepthAndSize) {
  std::string deep = "BEGIN:VCALENDAR\n";
  for (int i = 0; i < 20; ++i) deep += "BEGIN:X-A\n";
  std::vector<std::string> pieces;
  const auto defects = defectsOf(deep, &pieces);
  ASSERT_FALSE(defects.empty());
  EXPECT_EQ(defects[0], "10 components nested deeper than 8 were left aside");
  std::string large = "BEGIN:VEVENT\n";
  const std::string line = "X-A:" + std::string(std::size_t{1} << 20U, 'x') + "\n";
  for (int i = 0; i < 20; ++i) large += line;
  pieces.clear();
  EXPECT_EQ(defectsOf("BEGIN:VCALENDAR\n" + large + "END:VEVENT\n", &pieces).size(), 1U);
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_LE(pieces[0].size(), ComponentReader::kMaxComponent + 64);
}

}  // namespace
}  // namespace sw::calendar
