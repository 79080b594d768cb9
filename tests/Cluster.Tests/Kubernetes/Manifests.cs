using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>The objects of a kustomization, as kubectl renders them.</summary>
internal static class Manifests
{
    public static string? Kubectl { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "kubectl"))
        .FirstOrDefault(File.Exists);

    public static IReadOnlyList<YamlNode> Render(string name)
    {
        string folder = name == "base" ? Path.Combine([Shared.Root, "k8s", "base"]) : Path.Combine([Shared.Root, "k8s", "overlays", name]);
        using Process process = Process.Start(new ProcessStartInfo(Kubectl!, ["kustomize", folder]) { RedirectStandardOutput = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return Parse(text);
    }

    public static IReadOnlyList<YamlNode> Parse(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    /// <summary>The node at a path of keys and indexes, or null.</summary>
    public static YamlNode? At(this YamlNode node, params object[] path)
    {
        YamlNode? at = node;
        foreach (object step in path)
        {
            at = at switch
            {
                YamlMappingNode mapping when step is string key => mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value : null,
                YamlSequenceNode sequence when step is int index => index < sequence.Children.Count ? sequence[index] : null,
                _ => null,
            };
        }

        return at;
    }

    public static string? Text(this YamlNode node, params object[] path) => (node.At(path) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> Items(this YamlNode node, params object[] path) => (node.At(path) as YamlSequenceNode)?.Children ?? [];

    public static IReadOnlyDictionary<string, string> Map(this YamlNode node, params object[] path) =>
        (node.At(path) as YamlMappingNode)?.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!)
        ?? [];

    public static IEnumerable<YamlNode> OfKind(this IEnumerable<YamlNode> objects, string kind) => objects.Where(item => item.Text("kind") == kind);

    public static string Name(this YamlNode node) => node.Text("metadata", "name")!;
}
