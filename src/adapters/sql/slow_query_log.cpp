#include "adapters/sql/slow_query_log.h"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sw::sql {

namespace {

/// Of a batch, in a line of the log.
constexpr std::size_t kMaxStatements = 6;
constexpr std::size_t kMaxText = 2000;

/// The text of a statement on one line. It is the program's own and holds no value.
std::string onOneLine(std::string_view sql) {
  std::string line;
  for (const char c : sql.substr(0, kMaxText)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

bool isTrivial(const Statement& statement) {
  return statement.operation == Operation::kTransaction;
}

}  // namespace

SlowQueryLog::SlowQueryLog(Options options, PlanReader plans, const base::Clock& clock,
                           obs::Log& log)
    : options_(options),
      threshold_(options.threshold.count() > 0 ? options.threshold
                                               : std::chrono::nanoseconds::max()),
      plans_(std::move(plans)),
      clock_(clock),
      logger_(log.logger("database")) {
  if (options.threshold.count() > 0) thread_ = std::thread([this] { run(); });
}

SlowQueryLog::~SlowQueryLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void SlowQueryLog::note(Note note) {
  {
    const std::lock_guard lock(mutex_);
    if (notes_.size() >= options_.queue) {
      ++lost_;
      return;
    }
    notes_.push_back(std::move(note));
  }
  wake_.notify_one();
}

void SlowQueryLog::noteBatch(const WriteBatch& batch, std::chrono::nanoseconds took,
                             const WriteOutcome* outcome) {
  Note made{.statements = {}, .took = took, .rows = 0, .batch = true};
  for (const WriteBatch::Entry& entry : batch.entries()) {
    if (isTrivial(*entry.statement) || made.statements.size() == kMaxStatements) continue;
    if (std::ranges::find(made.statements, entry.statement) == made.statements.end()) {
      made.statements.push_back(entry.statement);
    }
  }
  if (outcome != nullptr) {
    for (const StatementOutcome& done : *outcome) made.rows += done.rows;
  }
  if (!made.statements.empty()) note(std::move(made));
}

void SlowQueryLog::run() {
  pthread_setname_np(pthread_self(), "slow-queries");
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !notes_.empty(); });
    if (notes_.empty()) return;
    const Note note = std::move(notes_.front());
    notes_.pop_front();
    lock.unlock();
    write(note);
    lock.lock();
  }
}

void SlowQueryLog::write(const Note& note) {
  const base::Monotonic now = clock_.monotonic();
  Known& known = known_[note.statements.front()];
  if (known.seen && now - known.lastLine < options_.quiet) {
    ++known.suppressed;
    return;
  }
  known.seen = true;
  known.lastLine = now;
  std::string names;
  std::string texts;
  std::string plans;
  for (const Statement* statement : note.statements) {
    const char* separator = names.empty() ? "" : "\n";
    names.append(names.empty() ? "" : ", ").append(statement->name);
    texts.append(separator).append(onOneLine(statement->text(options_.dialect)));
    plans.append(separator).append(planOf(*statement));
  }
  std::int64_t lost = 0;
  {
    const std::lock_guard lock(mutex_);
    lost = std::exchange(lost_, 0);
  }
  const std::int64_t suppressed = std::exchange(known.suppressed, 0) + lost;
  const std::array fields = {
      obs::operation(note.batch ? "transaction" : toString(note.statements.front()->operation)),
      obs::duration(note.took),
      obs::safeField("statement", names),
      obs::safeField("summary", texts),
      obs::field("rows", note.rows),
      obs::safeField("plan", plans),
      obs::field("suppressed", suppressed),
  };
  logger_.log(obs::Level::kWarn, "Slow query",
              obs::Logger::Fields(fields.data(), fields.size() - (suppressed > 0 ? 0 : 1)));
}

const std::string& SlowQueryLog::planOf(const Statement& statement) {
  const base::Monotonic now = clock_.monotonic();
  Plan& plan = planCache_[&statement];
  if (!plan.text.empty() && now - plan.read < options_.planAge) return plan.text;
  plan.read = now;
  auto asked = plans_(statement);
  plan.text = asked.ok() ? *std::move(asked) : "no plan: " + asked.error().describe();
  if (plan.text.empty()) plan.text = "nothing to plan";
  return plan.text;
}

}  // namespace sw::sql
