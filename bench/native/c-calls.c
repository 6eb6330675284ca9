// c-calls CALLS SECONDS BASE PORT: passes on the sound of calls as a phone system does, two sockets a call: what
// comes to BASE+2i goes out of BASE+2i+1 to PORT, what comes to that one goes out of BASE+2i to who sent there last.
// One recvfrom and one sendto per packet, no more. The limit that any relay has under this load; gcc -O2.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

struct side { int socket; struct sockaddr_in to; };

static struct sockaddr_in local(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int main(int count, char **values) {
  if (count != 5) return 2;
  int sides = 2 * atoi(values[1]), seconds = atoi(values[2]), base = atoi(values[3]), port = atoi(values[4]);
  struct side *side = calloc(sides, sizeof *side);
  int poll = epoll_create1(0);
  for (int i = 0; i < sides; i++) {
    struct sockaddr_in own = local(base + i);
    side[i].socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (bind(side[i].socket, (void *)&own, sizeof own)) { perror("bind"); return 1; }
    side[i].to = local(port);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(poll, EPOLL_CTL_ADD, side[i].socket, &event);
  }
  static char packet[2048];
  struct epoll_event events[256];
  for (time_t end = time(0) + seconds; time(0) < end;) {
    int ready = epoll_wait(poll, events, 256, 100);
    for (int at = 0; at < ready; at++) {
      int in = events[at].data.u32, out = in ^ 1;
      struct sockaddr_in from;
      socklen_t size = sizeof from;
      ssize_t length;
      while ((length = recvfrom(side[in].socket, packet, sizeof packet, 0, (void *)&from, &size)) > 0) {
        if (in % 2 == 0) side[in].to = from;
        sendto(side[out].socket, packet, length, 0, (void *)&side[out].to, sizeof side[out].to);
      }
    }
  }
  return 0;
}
