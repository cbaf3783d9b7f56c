// SPDX-License-Identifier: EUPL-1.2
// Implements question_list.h.
#include "tests/lab/ask/question_list.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

namespace rw::lab
{
namespace
{

bool wanted(const Question& question, const Selection& selection)
{
    if (!selection.kind.empty() && question.kind != selection.kind) {
        return false;
    }
    if (selection.expect == "sound") {
        return question.expect == "secure" || question.expect == "insecure";
    }
    return selection.expect.empty() || question.expect == selection.expect;
}

}  // namespace

std::expected<std::vector<Question>, std::string> read_questions(const std::string& file, const Selection& selection)
{
    std::ifstream input(file);
    if (!input) {
        return std::unexpected("cannot read " + file);
    }
    std::vector<Question> questions;
    for (std::string line; std::getline(input, line);) {
        std::istringstream fields(line);
        Question question;
        fields >> question.name >> question.type >> question.expect >> question.kind >> question.outcome;
        if (!question.type.empty() && question.name.front() != '#' && wanted(question, selection)) {
            questions.push_back(std::move(question));
        }
    }
    if (selection.shuffle != 0) {
        std::ranges::shuffle(questions, std::mt19937_64(selection.shuffle));
    }
    questions.erase(questions.begin(),
                    questions.begin() + static_cast<std::ptrdiff_t>(std::min(selection.skip, questions.size())));
    questions.resize(std::min(selection.limit, questions.size()));
    return questions;
}

}  // namespace rw::lab
