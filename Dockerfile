# Build with `make image`: the context is .build/image, which holds the static
# binary as /placebo and the CA certificates as
# /etc/ssl/certs/ca-certificates.crt. Nothing is pulled.
FROM scratch
COPY root/ /
# vendor, partner, phone, control
EXPOSE 8080 8081 8082 8090
USER 65532:65532
ENTRYPOINT ["/placebo"]
# A container must listen on all its addresses to be reached, and Placebo binds
# wider than loopback only with a control token. There is none by default:
#   docker run -e PLACEBO_CONTROL_TOKEN=... -p 127.0.0.1:8080:8080 ... placebo:dev
CMD ["serve", "--vendor", "0.0.0.0:8080", "--partner", "0.0.0.0:8081", "--phone", "0.0.0.0:8082", "--control", "0.0.0.0:8090"]
