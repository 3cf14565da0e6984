#include "capture/batch_queue.hpp"

#include "notified.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

using namespace tracetcp;

namespace {

using Numbers = std::vector<std::unique_ptr<int>>;  // can be moved only
using Queue = BatchQueue<Numbers>;
using Taken = Queue::Taken;

Numbers batch_of(int number) {
  Numbers batch;
  batch.push_back(std::make_unique<int>(number));
  return batch;
}

void wait_for(const Waker& waker) {
  REQUIRE(is_notified(waker, 20'000));
  waker.drain();
}

}  // namespace

TEST_CASE("batches are taken in the order in which they were put, and then comes the end") {
  const Waker filled;
  Queue queue(filled);
  Numbers batch;
  CHECK(queue.take(batch) == Taken::none_yet);
  for (int i = 1; i <= 2; ++i) {
    Numbers next = batch_of(i);
    CHECK(queue.put(next));
    CHECK(next.empty());
  }
  queue.end();
  for (int i = 1; i <= 2; ++i) {
    REQUIRE(queue.take(batch) == Taken::batch);
    CHECK(*batch.at(0) == i);
  }
  CHECK(queue.take(batch) == Taken::end);
}

TEST_CASE("who puts gets batches back that the other is done with") {
  const Waker filled;
  Queue queue(filled);
  Numbers put = batch_of(1);
  REQUIRE(queue.put(put));
  Numbers taken;
  REQUIRE(queue.take(taken) == Taken::batch);
  const int* const number = taken.at(0).get();
  put = batch_of(2);
  REQUIRE(queue.put(put));
  REQUIRE(queue.take(taken) == Taken::batch);
  put = batch_of(3);
  REQUIRE(queue.put(put));
  REQUIRE(put.size() == 1);
  CHECK(put.at(0).get() == number);
}

TEST_CASE("who puts waits while the queue is full, and nothing is lost or mixed up") {
  const Waker filled;
  Queue queue(filled);
  constexpr int batches = 20'000;
  std::thread putter([&] {
    Numbers batch;
    for (int i = 0; i < batches; ++i) {
      if (batch.empty()) batch = batch_of(0);
      *batch.at(0) = i;
      if (!queue.put(batch)) return;
    }
    queue.end();
  });
  int next = 0;
  Numbers batch;
  for (Taken taken = queue.take(batch); taken != Taken::end; taken = queue.take(batch)) {
    if (taken == Taken::batch && *batch.at(0) == next) ++next;
    if (taken == Taken::none_yet) wait_for(filled);
  }
  putter.join();
  CHECK(next == batches);
}

TEST_CASE("where no more are taken who puts is told so, be it waiting or not") {
  const Waker filled;
  Queue queue(filled);
  std::size_t put = 0;
  std::thread putter([&] {
    for (Numbers batch = batch_of(1); queue.put(batch); batch = batch_of(1)) ++put;
  });
  wait_for(filled);
  queue.stop();
  putter.join();
  CHECK(put >= 1);
  CHECK(put <= Queue::most);
}
