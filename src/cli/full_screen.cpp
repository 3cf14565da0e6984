#include "cli/full_screen.hpp"

#ifdef TRACETCP_NCURSES

#include "platform/interrupt.hpp"

#include <tracetcp/error.hpp>

#include <langinfo.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <clocale>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string_view>

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>
// Macros that term.h makes of these words.
#undef columns
#undef lines

namespace tracetcp::cli {
namespace {

// What a signal handler needs to restore the terminal.
termios line_before{};
std::array<char, 256> restoring{};
std::size_t restoring_size = 0;
std::atomic<bool> is_open{false};
volatile std::sig_atomic_t is_to_stop = 0;

/// Calls what a signal handler may call alone.
void restore_at_once() {
  if (!is_open.exchange(false)) return;
  if (write(STDOUT_FILENO, restoring.data(), restoring_size) < 0) return;
  tcsetattr(STDIN_FILENO, TCSADRAIN, &line_before);
}

void on_stop(int /*number*/) {
  is_to_stop = 1;
}

/// The default follows, as the handler was for one time.
void on_crash(int number) {
  restore_at_once();
  raise(number);
}

void set_handler(int number, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(number, &action, nullptr);
}

void keep_restoring_sequence() {
  restoring_size = 0;
  for (const char* capability : {"sgr0", "cnorm", "rmkx", "rmcup"}) {
    const char* text = tigetstr(capability);
    if (text == nullptr || std::bit_cast<std::intptr_t>(text) == -1) continue;
    const std::string_view sequence(text);
    if (restoring_size + sequence.size() > restoring.size()) continue;
    for (const char c : sequence) restoring[restoring_size++] = c;
  }
}

class CursesScreen final : public FullScreen {
 public:
  explicit CursesScreen(bool colours) {
    tcgetattr(STDIN_FILENO, &line_before);
    keep_restoring_sequence();
    TERMINAL* const asked = cur_term;  // by prepare_full_screen(); the screen has one of its own
    screen_ = newterm(nullptr, stdout, stdin);
    if (screen_ == nullptr)
      throw Error("the terminal cannot be used as a whole; try --watch | cat");
    if (asked != nullptr && asked != cur_term) del_curterm(asked);
    is_open = true;
    Interrupt::before_exit(restore_at_once);
    set_handler(SIGTSTP, on_stop, SA_RESTART);
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
      set_handler(number, on_crash, static_cast<int>(SA_RESETHAND) | SA_NODEFER);
    cbreak();
    noecho();
    keypad(stdscr, true);
    nodelay(stdscr, true);
    curs_set(0);
    colours_ = colours && has_colors() && start_color() == OK;
    if (colours_) {
      use_default_colors();
      init_pair(1, COLOR_GREEN, -1);
      init_pair(2, COLOR_YELLOW, -1);
      init_pair(3, COLOR_RED, -1);
    }
  }
  ~CursesScreen() override {
    endwin();
    is_open = false;
    Interrupt::before_exit(nullptr);
    for (const int number : {SIGTSTP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
      set_handler(number, SIG_DFL, 0);
    delscreen(screen_);
  }
  CursesScreen(const CursesScreen&) = delete;
  CursesScreen& operator=(const CursesScreen&) = delete;

  [[nodiscard]] std::size_t columns() const override {
    return static_cast<std::size_t>(getmaxx(stdscr));
  }
  [[nodiscard]] std::size_t rows() const override {
    return static_cast<std::size_t>(getmaxy(stdscr));
  }
  [[nodiscard]] bool has_blocks() const override {
    return std::string_view(nl_langinfo(CODESET)) == "UTF-8";
  }

  void show(const std::vector<ScreenLine>& lines) override {
    werase(stdscr);
    int row = 0;
    for (const ScreenLine& line : lines) {
      wmove(stdscr, row++, 0);
      for (const ScreenPiece& piece : line) {
        wattrset(stdscr, attributes_of(piece.style));
        waddstr(stdscr, piece.text.c_str());
      }
    }
    wattrset(stdscr, A_NORMAL);
    wrefresh(stdscr);
  }

  int key(int most_ms) override {
    if (is_to_stop != 0) stop();
    int pressed = wgetch(stdscr);
    if (pressed == ERR && most_ms > 0) {
      pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
      poll(&input, 1, most_ms);
      if (is_to_stop != 0) stop();
      pressed = wgetch(stdscr);
    }
    switch (pressed) {
      case ERR:
        return no_key;
      case KEY_UP:
        return pressed_up;
      case KEY_DOWN:
        return pressed_down;
      case KEY_LEFT:
        return pressed_left;
      case KEY_RIGHT:
        return pressed_right;
      case KEY_ENTER:
        return '\n';
      case KEY_RESIZE:
        return pressed_resized;
      default:
        return pressed;
    }
  }

 private:
  /// As the default of SIGTSTP, which the handler took away.
  void stop() {
    is_to_stop = 0;
    endwin();
    raise(SIGSTOP);
    wclear(stdscr);
    wrefresh(stdscr);
  }

  [[nodiscard]] int attributes_of(ScreenStyle style) const {
    const auto colour = [&](int pair) {
      return colours_ ? static_cast<int>(COLOR_PAIR(pair)) : static_cast<int>(A_NORMAL);
    };
    switch (style) {
      case ScreenStyle::plain:
        return static_cast<int>(A_NORMAL);
      case ScreenStyle::strong:
        return static_cast<int>(A_BOLD);
      case ScreenStyle::good:
        return colour(1);
      case ScreenStyle::warning:
        return colour(2);
      case ScreenStyle::bad:
        return colour(3) | static_cast<int>(A_BOLD);
      case ScreenStyle::selected:
        return static_cast<int>(A_REVERSE);
    }
    return static_cast<int>(A_NORMAL);
  }

  SCREEN* screen_ = nullptr;
  bool colours_ = false;
};

}  // namespace

std::string prepare_full_screen() {
  if (isatty(STDIN_FILENO) == 0) return "standard input is no terminal, so there are no keys";
  std::setlocale(LC_CTYPE, "");
  int error = 0;
  if (setupterm(nullptr, STDOUT_FILENO, &error) != OK) {
    return "the kind of this terminal (TERM) is not known, so there is no live screen";
  }
  return "";
}

std::unique_ptr<FullScreen> open_full_screen(bool colours) {
  return std::make_unique<CursesScreen>(colours);
}

}  // namespace tracetcp::cli

#else

namespace tracetcp::cli {

std::string prepare_full_screen() {
  return "built without ncurses, so there is no live screen";
}

std::unique_ptr<FullScreen> open_full_screen(bool /*colours*/) {
  return nullptr;
}

}  // namespace tracetcp::cli

#endif
