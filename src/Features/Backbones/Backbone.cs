using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using MuSc.Features.Images;

namespace MuSc.Features.Backbones;

/// <summary>Opens backbones and checks that they keep the contract: one ONNX file with <c>musc.*</c> metadata.</summary>
public static class Backbone
{
    /// <summary>The name of the input, [B × 3 × S × S].</summary>
    internal const string PixelsName = "pixels";

    /// <summary>The name of the class token's output, [B × D].</summary>
    internal const string ClassTokenName = "class_token";

    /// <summary>What is put behind a backbone's file name for the file of its weights, where one file cannot hold them.</summary>
    internal const string DataSuffix = ".data";

    /// <summary>The name of a stage's output, [B × P × C].</summary>
    internal static string StageName(int stage) => $"stage_{stage}";

    /// <summary>Reads what a backbone's file says about itself.</summary>
    /// <param name="nameOrPath">An ONNX file, <c>compact</c>, or the name of an installed backbone.</param>
    /// <exception cref="BackboneException">There is no such backbone, or the file does not keep the contract.</exception>
    public static BackboneInfo Open(string nameOrPath)
    {
        string path = BackboneFolder.Locate(nameOrPath);
        try
        {
            using SessionOptions options = SessionOptionsFactory.ForReading();
            using InferenceSession session = Load(path, options);
            return Describe(path, session);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BackboneException($"{path} is no ONNX model that can be read ({e.Message}).", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackboneException($"{path} cannot be read ({e.Message}).", e);
        }
    }

    /// <summary>Hands a model to the runtime, once it is known that the runtime opens no other files than those beside it.</summary>
    /// <exception cref="BackboneException">It cannot be read, or takes weights from elsewhere.</exception>
    /// <exception cref="OnnxRuntimeException">It is no network that runs with these settings.</exception>
    internal static InferenceSession Load(string path, SessionOptions options)
    {
        try
        {
            ExternalData.FilesOf(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackboneException($"{path} cannot be read ({e.Message}).", e);
        }

        return new(path, options);
    }

    private static BackboneInfo Describe(string path, InferenceSession session)
    {
        CheckInput(path, session);
        int stages = 0;
        while (session.OutputMetadata.TryGetValue(StageName(stages + 1), out NodeMetadata? stage))
        {
            CheckOutput(path, StageName(++stages), stage, "[B × P × C]", 3);
        }

        if (stages == 0)
        {
            throw Wrong(path, $"it has no output {StageName(1)} (but {string.Join(", ", session.OutputNames)})");
        }

        bool hasClassToken = session.OutputMetadata.TryGetValue(ClassTokenName, out NodeMetadata? classToken);
        if (hasClassToken)
        {
            CheckOutput(path, ClassTokenName, classToken!, "[B × D]", 2);
        }

        Metadata metadata = new(path, session.ModelMetadata.CustomMetadataMap);
        int patch = metadata.Positive("musc.patch");
        int size = metadata.Positive("musc.size");
        if (size % patch != 0)
        {
            throw Wrong(path, $"its metadata musc.size = {size} is no multiple of musc.patch = {patch}");
        }

        return new BackboneInfo(
            metadata.Text("musc.name"),
            path,
            patch,
            size,
            Mean: metadata.Channels("musc.mean", mustBePositive: false),
            Deviation: metadata.Channels("musc.std", mustBePositive: true),
            metadata.Resize(),
            Source: metadata.Text("musc.source"),
            Licence: metadata.Text("musc.license"),
            stages,
            hasClassToken,
            Hash(path));
    }

    private static void CheckInput(string path, InferenceSession session)
    {
        if (session.InputNames is not [PixelsName])
        {
            throw Wrong(path, $"its inputs are {string.Join(", ", session.InputNames)}, not just {PixelsName}");
        }

        NodeMetadata input = session.InputMetadata[PixelsName];
        CheckOutput(path, PixelsName, input, "[B × 3 × H × W]", 4);
        if (input.Dimensions[1] is not (3 or -1))
        {
            throw Wrong(path, $"its {PixelsName} have {input.Dimensions[1]} channels, not 3");
        }
    }

    private static void CheckOutput(string path, string name, NodeMetadata node, string shape, int rank)
    {
        if (!node.IsTensor || (node.ElementType != typeof(float) && node.ElementType != typeof(Float16)) || node.Dimensions.Length != rank)
        {
            throw Wrong(path, $"its {name} is not of the form {shape} in float32 or float16");
        }
    }

    private static BackboneException Wrong(string path, string what) => new($"{path} is no backbone: {what}.");

    private static string Hash(string path)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        foreach (string part in BackboneFolder.FilesOf(path).Union(ExternalData.FilesOf(path)))
        {
            using FileStream file = File.OpenRead(part);
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class Metadata(string path, Dictionary<string, string> entries)
    {
        public string Text(string key) => entries.TryGetValue(key, out string? text) && text.Trim().Length > 0
            ? text.Trim()
            : throw Wrong(path, $"its metadata {key} is missing");

        public int Positive(string key) => int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw Wrong(path, $"its metadata {key} = '{Text(key)}' is no positive integer");

        public float[] Channels(string key, bool mustBePositive)
        {
            float[] numbers = [.. Text(key).Split([',', ' ', '[', ']'], StringSplitOptions.RemoveEmptyEntries).Select(
                part => float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) ? number : float.NaN)];
            return numbers.Length == 3 && numbers.All(number => float.IsFinite(number) && (number > 0 || !mustBePositive))
                ? numbers
                : throw Wrong(path, $"its metadata {key} = '{Text(key)}' is not three {(mustBePositive ? "positive " : "")}numbers");
        }

        public ResizeFilter Resize() => Text("musc.resize") switch
        {
            "bicubic" => ResizeFilter.Bicubic,
            "bilinear" => ResizeFilter.Bilinear,
            string other => throw Wrong(path, $"its metadata musc.resize = '{other}' is neither bicubic nor bilinear"),
        };
    }
}

/// <summary>A backbone that cannot be used, or not in this way; the message says which, why and what to do.</summary>
public sealed class BackboneException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a backbone's file says about itself: everything the program knows of a network.</summary>
/// <param name="Name">The network's name.</param>
/// <param name="Path">The ONNX file.</param>
/// <param name="Patch">Side of a patch in pixels; the side of an input image is a multiple of it.</param>
/// <param name="DefaultSize">Side of an input image in pixels, unless another is asked for.</param>
/// <param name="Mean">Means of red, green and blue over 0 … 1.</param>
/// <param name="Deviation">Standard deviations of red, green and blue over 0 … 1.</param>
/// <param name="Resize">How an image is resized.</param>
/// <param name="Source">Where the weights come from.</param>
/// <param name="Licence">The licence of the weights.</param>
/// <param name="Stages">How many stages the network gives, L.</param>
/// <param name="HasClassToken">Whether the network gives class tokens.</param>
/// <param name="Sha256">SHA-256 of the file, or of it and its files of weights one after the other; 64 lower-case hexadecimal digits.</param>
public sealed record BackboneInfo(
    string Name, string Path, int Patch, int DefaultSize, IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation, ResizeFilter Resize,
    string Source, string Licence, int Stages, bool HasClassToken, string Sha256);

/// <summary>Where backbones lie that are called by name.</summary>
public static class BackboneFolder
{
    /// <summary>The name of the backbone that travels with the program.</summary>
    public const string BuiltIn = "compact";

    /// <summary>The folder of installed backbones: the environment variable <c>MUSC_HOME</c>, else <c>~/.cache/musc</c>. It need not exist.</summary>
    public static string Installed => Environment.GetEnvironmentVariable("MUSC_HOME") is { Length: > 0 } home
        ? Path.GetFullPath(home)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "musc");

    /// <summary>The names that can be used: the built-in one, then the installed ones in order.</summary>
    public static IReadOnlyList<string> Names() =>
    [
        BuiltIn,
        .. (Directory.Exists(Installed) ? Directory.EnumerateFiles(Installed, "*.onnx") : [])
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name != BuiltIn)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A backbone's file, and that of its weights where more than 2 GB of them lie in one of their own.</summary>
    internal static IEnumerable<string> FilesOf(string path) => ((string[])[path, path + Backbone.DataSuffix]).Where(File.Exists);

    /// <summary>The file of a backbone.</summary>
    /// <param name="nameOrPath">A name; or a file, which has a folder before it or <c>.onnx</c> behind it.</param>
    /// <exception cref="BackboneException">There is no such file.</exception>
    public static string Locate(string nameOrPath)
    {
        bool isPath = Path.GetFileName(nameOrPath) != nameOrPath || nameOrPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
        string path = isPath ? Path.GetFullPath(nameOrPath)
            : nameOrPath == BuiltIn ? Path.Combine(AppContext.BaseDirectory, "models", $"{BuiltIn}.onnx")
            : Path.Combine(Installed, $"{nameOrPath}.onnx");
        if (File.Exists(path))
        {
            return path;
        }

        throw new BackboneException(isPath
            ? $"There is no backbone file {path}."
            : $"There is no backbone '{nameOrPath}' ({path} is absent); there are: {string.Join(", ", Names())}. Give one of these or an ONNX file.");
    }
}
