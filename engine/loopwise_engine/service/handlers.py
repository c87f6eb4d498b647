"""The contract's methods as gRPC handlers, for a server or an embedded channel."""

from __future__ import annotations

import grpc
from google.protobuf.message_factory import GetMessageClass

from loopwise.v1 import service_pb2
from loopwise_engine.service.servicer import EngineServicer

_SERVICE = service_pb2.DESCRIPTOR.services_by_name["EngineService"]
SERVICE_NAME: str = _SERVICE.full_name


def generic_handlers(servicer: EngineServicer) -> tuple[grpc.GenericRpcHandler, ...]:
    """Handlers for all methods of the contract; answers come serialised from the servicer."""
    methods = {
        method.name: grpc.unary_unary_rpc_method_handler(
            getattr(servicer, method.name),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            response_serializer=bytes,
        )
        for method in _SERVICE.methods
    }
    return (grpc.method_handlers_generic_handler(SERVICE_NAME, methods),)
