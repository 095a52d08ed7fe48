#include "train/ranks/rank_orders.h"

#include "core/json.h"
#include "core/json_text.h"

namespace ganvas::train {

void RankOrders::give(const Orders& orders) {
  group_->from_first(
      json_text(Json{{"go", orders.go}, {"edits", orders.edits}, {"step", orders.step}, {"restore", orders.restore}}));
}

Orders RankOrders::receive() {
  const Json json = parse_json(group_->from_first(""), "The message of rank 0");
  require_known_keys(json, {"go", "edits", "step", "restore"}, "The message of rank 0");
  return {.go = get_or(json, "go", true),
          .edits = get_or(json, "edits", std::vector<std::string>()),
          .step = get_or(json, "step", true),
          .restore = get_or(json, "restore", std::string())};
}

}  // namespace ganvas::train
