using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuSc.Grains.Messages;

/// <summary>A type of the contracts on the wire and in stored state: as JSON, so that a version may add members.</summary>
[GenerateSerializer, Immutable, Alias("musc.contract")]
public readonly record struct ContractJson([property: Id(0)] byte[] Utf8);

/// <summary>Converts a type that knows nothing of Orleans.</summary>
public abstract class ContractConverter<T> : IConverter<T, ContractJson> where T : class
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() } };

    public T ConvertFromSurrogate(in ContractJson surrogate) => JsonSerializer.Deserialize<T>(surrogate.Utf8, Options)!;

    public ContractJson ConvertToSurrogate(in T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, Options));
}

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class ScoringJobSpecConverter : ContractConverter<ScoringJobSpec>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class JobStatusConverter : ContractConverter<JobStatus>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class JobProgressConverter : ContractConverter<JobProgress>;
