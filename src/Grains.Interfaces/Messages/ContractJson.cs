using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuSc.Grains.Messages;

/// <summary>A type of the contracts on the wire and in stored state: as JSON, so that a version may add members.</summary>
[GenerateSerializer, Immutable, Alias("musc.contract")]
public readonly record struct ContractJson([property: Id(0)] byte[] Utf8)
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() }, RespectNullableAnnotations = true };

    public static ContractJson Of<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, Options));

    /// <exception cref="JobException">The text is no such value.</exception>
    public T To<T>() where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Utf8, Options) ?? throw new JsonException("there is nothing in it");
        }
        catch (JsonException error)
        {
            throw new JobException(JobErrorKind.Usage, $"This is no {typeof(T).Name}: {error.Message}", error);
        }
    }
}

/// <summary>Converts a type that knows nothing of Orleans.</summary>
public abstract class ContractConverter<T> : IConverter<T, ContractJson> where T : class
{
    public T ConvertFromSurrogate(in ContractJson surrogate) => surrogate.To<T>();

    public ContractJson ConvertToSurrogate(in T value) => ContractJson.Of(value);
}

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class ScoringJobSpecConverter : ContractConverter<ScoringJobSpec>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class SetDecisionConverter : ContractConverter<SetDecision>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class JobStatusConverter : ContractConverter<JobStatus>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class JobProgressConverter : ContractConverter<JobProgress>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class ClusterOverviewConverter : ContractConverter<ClusterOverview>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class JobEventConverter : ContractConverter<JobEvent>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class JobQueryConverter : ContractConverter<JobQuery>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class StoredFileConverter : ContractConverter<StoredFile>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class NewImageSetConverter : ContractConverter<NewImageSet>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class ImageSetConverter : ContractConverter<ImageSet>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class SetImageConverter : ContractConverter<SetImage>;

/// <summary>See <see cref="ContractConverter{T}"/>.</summary>
[RegisterConverter]
public sealed class AddedImageConverter : ContractConverter<AddedImage>;

/// <summary>A job's error on the wire.</summary>
[GenerateSerializer, Immutable, Alias("musc.job-error")]
public readonly record struct JobErrorMessage([property: Id(0)] JobErrorKind Kind, [property: Id(1)] string Message);

/// <summary>Lets a grain answer with the error that its caller is to see, kind and all.</summary>
[RegisterConverter]
public sealed class JobExceptionConverter : IConverter<JobException, JobErrorMessage>
{
    public JobException ConvertFromSurrogate(in JobErrorMessage surrogate) => new(surrogate.Kind, surrogate.Message);

    public JobErrorMessage ConvertToSurrogate(in JobException value) => new(value.Kind, value.Message);
}
