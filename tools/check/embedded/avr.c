/* Runs on an AVR of simavr, and prints what selftest() returns. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

int selftest(void);

static void print(char letter) {
  while (!(UCSR0A & (1 << UDRE0))) {
  }
  UDR0 = letter;
}

int main(void) {
  const char *text = "selftest ";
  UCSR0B = 1 << TXEN0;
  while (*text) print(*text++);
  print((char)('0' + selftest()));
  print('\n');
  /* Asleep without interrupts, simavr ends. */
  cli();
  sleep_enable();
  sleep_cpu();
  return 0;
}
