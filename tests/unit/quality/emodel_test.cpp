#include "quality/emodel.h"

#include <catch2/catch.hpp>

#include "quality/impairment.h"

using namespace tandem::quality;

TEST_CASE("emodel: rating to score, vectors of Annex B", "[quality][emodel]") {
    const double rows[][2] = {{93.2, 4.409}, {94.2, 4.428}, {90, 4.339}, {80, 4.024}, {70, 3.597},  {60, 3.100},
                              {50, 2.575},   {40, 2.064},   {20, 1.252}, {10, 1.035}, {6.5, 1.000}};
    for (const auto& row : rows) CHECK(mos(row[0]) == Approx(row[1]).margin(0.001));
    CHECK(mos(0) == 1);
    CHECK(mos(-20) == 1);
    CHECK(mos(3) == 1);  // the curve dips below 1 here
    CHECK(mos(100) == 4.5);
    CHECK(mos(120) == 4.5);
}

TEST_CASE("emodel: impairment by delay", "[quality][emodel]") {
    const double rows[][2] = {{0, 0},       {100, 0},     {125, 0.00},  {150, 0.16},  {177.3, 1.17}, {200, 3.04},
                              {250, 8.92},  {300, 14.76}, {400, 24.07}, {500, 30.64}, {800, 40.83},  {1000, 43.79}};
    for (const auto& row : rows) {
        INFO(row[0]);
        CHECK(delay_impairment(row[0]) == Approx(row[1]).margin(0.006));
    }
}

TEST_CASE("emodel: the exponent is 6 times sT, not 6 less sT", "[quality][emodel]") {
    // What other code prints at 200 ms.
    CHECK(delay_impairment(200) != Approx(3.66).margin(0.1));
}

TEST_CASE("emodel: delay alone, G.711", "[quality][emodel]") {
    const double rows[][3] = {{150, 93.0, 4.41}, {200, 90.2, 4.34}, {250, 84.3, 4.18}, {300, 78.4, 3.96}, {400, 69.1, 3.56}};
    for (const auto& row : rows) {
        const double r = rating(delay_impairment(row[0]), 0);
        CHECK(r == Approx(row[1]).margin(0.051));
        CHECK(mos(r) == Approx(row[2]).margin(0.0051));
    }
}

TEST_CASE("emodel: random loss by codec", "[quality][emodel]") {
    struct Row {
        std::string_view codec;
        bool concealed;
        double r[7], mos[7];
    };
    const double percent[7] = {0, 1, 2, 3, 5, 10, 20};
    const Row rows[] = {
        {"PCMU", false, {93.2, 75.28, 63.04, 54.16, 42.12, 26.77, 15.01}, {4.409, 3.834, 3.256, 2.794, 2.169, 1.481, 1.124}},
        {"PCMA", true, {93.2, 89.56, 86.19, 83.06, 77.42, 66.13, 51.07}, {4.409, 4.328, 4.235, 4.134, 3.923, 3.411, 2.631}},
        {"G729", true, {82.2, 78.00, 74.20, 70.75, 64.70, 53.23, 39.12}, {4.104, 3.946, 3.787, 3.632, 3.340, 2.745, 2.021}},
        {"g723", true, {78.2, 73.52, 69.36, 65.63, 59.24, 47.55, 33.88}, {3.954, 3.758, 3.567, 3.386, 3.061, 2.447, 1.776}},
        {"GSM-EFR", true, {88.2, 80.02, 73.20, 67.43, 58.20, 43.20, 28.20}, {4.292, 4.025, 3.743, 3.474, 3.006, 2.223, 1.536}},
    };
    for (const Row& row : rows) {
        const auto codec = impairment_of(row.codec, row.concealed);
        REQUIRE(codec);
        CHECK_FALSE(codec->estimated);
        for (int i = 0; i < 7; ++i) {
            INFO(row.codec << " " << percent[i]);
            const double r = rating(0, loss_impairment(codec->ie, codec->bpl, percent[i], 1));
            CHECK(r == Approx(row.r[i]).margin(0.0051));
            CHECK(mos(r) == Approx(row.mos[i]).margin(0.001));
        }
    }
}

TEST_CASE("emodel: bursts, and all terms together", "[quality][emodel]") {
    CHECK(rating(0, loss_impairment(0, 25.1, 2, 1)) == Approx(86.19).margin(0.0051));
    CHECK(rating(0, loss_impairment(0, 25.1, 2, 2)) == Approx(85.92).margin(0.0051));
    CHECK(rating(0, loss_impairment(0, 25.1, 2, 4)) == Approx(85.78).margin(0.0051));
    // A ratio under 1 (more regular than random) counts as random.
    CHECK(loss_impairment(0, 25.1, 2, 0.5) == loss_impairment(0, 25.1, 2, 1));
    const double r = rating(delay_impairment(200), loss_impairment(11, 19, 3, 2));
    CHECK(r == Approx(66.86).margin(0.0051));
    CHECK(mos(r) == Approx(3.447).margin(0.001));
}

TEST_CASE("impairment: codecs without figures have none, estimates say so", "[quality][impairment]") {
    CHECK_FALSE(impairment_of("iLBC", true));
    CHECK_FALSE(impairment_of("", true));
    CHECK(impairment_of("OPUS", true)->estimated);
    CHECK(impairment_of("G722", false)->estimated);
}
