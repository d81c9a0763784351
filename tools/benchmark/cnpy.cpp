// cnpy behind the protocol of tools/benchmark: cnpy WORK ARGUMENT…
//
// For every line on standard input: does the work, and answers with milliseconds and what came out.

#include <cnpy.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

// As Fingerprint.swift has it.
static std::uint64_t fingerprint(const cnpy::NpyArray &array) {
  const std::size_t classes = 61, words = array.num_bytes() / 8, rest = words / classes * classes;
  const char *bytes = array.data<char>();
  std::vector<std::uint64_t> sums(classes);
  for (std::size_t index = 0; index < words; index++) {
    std::uint64_t word;
    std::memcpy(&word, bytes + 8 * index, 8);
    if (index < rest)
      sums[index % classes] += word;
    else
      sums.push_back(word);
  }
  std::uint64_t value = 0;
  for (std::uint64_t sum : sums) value = value * 31 + sum;
  return value;
}

template <typename Work, typename Answer> static void serve(int calls, Work work, Answer answer) {
  for (std::string line; std::getline(std::cin, line);) {
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    for (int call = 1; call < calls; call++) result = work();
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    std::cout << elapsed.count() / calls << ' ' << answer(result) << std::endl;
  }
}

// Everything here is doubles.
static void save(const std::string &output, const cnpy::NpyArray &array) {
  cnpy::npy_save(output, array.data<double>(), array.shape, "w");
}

int main(int, char **arguments) {
  const std::string work = arguments[1], file = arguments[2];
  const auto path = [](const std::string &output) { return output; };
  if (work == "load-npy") {
    serve(1, [&] { return cnpy::npy_load(file); }, fingerprint);
  } else if (work == "load-npz") {
    serve(std::stoi(arguments[3]), [&] { return cnpy::npz_load(file); },
          [](const cnpy::npz_t &arrays) {
            std::vector<std::string> all;
            for (const auto &item : arrays) all.push_back(std::to_string(fingerprint(item.second)));
            std::sort(all.begin(), all.end());
            std::string text;
            for (const std::string &one : all) text += " " + one;
            return text;
          });
  } else if (work == "save-npy") {
    const cnpy::NpyArray array = cnpy::npy_load(file);
    const std::string output = arguments[3];
    serve(1, [&] { save(output, array); return output; }, path);
  } else {
    const cnpy::npz_t arrays = cnpy::npz_load(file);
    const std::string output = arguments[3];
    serve(1, [&] {
      for (const auto &item : arrays)
        cnpy::npz_save(output, item.first, item.second.data<double>(), item.second.shape, "a");
      return output;
    }, path);
  }
}
