/*
 * An RTU bus on a pseudo-terminal that takes as long as wires of its speed: every byte arrives when its last bit would,
 * and an answer begins 3.5 characters after the request's end. Its instruments are one libmodbus server that answers as the unit
 * that is asked. Says the path of the reader's end.
 *   paced-bus CHARACTER_MICROSECONDS UNITS
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <modbus.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define REQUEST 8
#define ADDRESSES 65536

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void wait_until(int64_t at) {
  struct timespec time = {at / 1000000000LL, at % 1000000000LL};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) != 0) continue;
}

static int open_pair(char *path, int *other) {
  struct termios raw;
  int own;
  cfmakeraw(&raw);
  raw.c_cflag |= CS8 | CREAD | CLOCAL;
  if (openpty(&own, other, path, &raw, NULL) != 0) exit(2);
  return own;
}

int main(int argc, char **argv) {
  if (argc != 3) return 1;
  int64_t character = (int64_t)(atof(argv[1]) * 1000);
  int units = atoi(argv[2]);
  int64_t silence = character * 7 / 2;

  char edge_path[64], field_path[64];
  int edge_slave, field_slave;
  int edge = open_pair(edge_path, &edge_slave);
  int field = open_pair(field_path, &field_slave);
  modbus_t *bus = modbus_new_rtu(field_path, 9600, 'N', 8, 1);
  modbus_mapping_t *map = modbus_mapping_new(ADDRESSES, ADDRESSES, ADDRESSES, ADDRESSES);
  if (bus == NULL || map == NULL || modbus_set_slave(bus, 1) != 0 || modbus_connect(bus) != 0) return 3;
  // Wires do not wait for a busy machine. Where that is not allowed, this one does.
  sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 10});
  printf("%s\n", edge_path);
  fflush(stdout);

  uint8_t request[REQUEST], query[MODBUS_RTU_MAX_ADU_LENGTH], answer[MODBUS_RTU_MAX_ADU_LENGTH];
  for (;;) {
    int64_t free_at = 0;
    for (int got = 0; got < REQUEST; got++) {
      if (read(edge, &request[got], 1) != 1) return 0;
      int64_t at = now();
      // What went before such a silence was no request.
      if (got > 0 && at > free_at + 20 * character) {
        request[0] = request[got];
        got = 0;
      }
      free_at = (at > free_at ? at : free_at) + character;
    }
    // Nobody can know the request before its last bit.
    wait_until(free_at);
    if (request[0] < 1 || request[0] > units) continue;
    modbus_set_slave(bus, request[0]);
    if (write(field, request, REQUEST) != REQUEST) return 4;
    int length = modbus_receive(bus, query);
    if (length <= 0 || modbus_reply(bus, query, length, map) < 0) continue;
    ssize_t bytes = read(field, answer, sizeof answer);
    int64_t begun = free_at + silence;
    for (ssize_t sent = 0; sent < bytes; sent++) {
      wait_until(begun + (sent + 1) * character);
      if (write(edge, &answer[sent], 1) != 1) return 4;
    }
  }
}
