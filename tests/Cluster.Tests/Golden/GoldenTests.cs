using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Contracts;
using MuSc.Grains.Messages;
using MuSc.Grains.Storage;
using Orleans.Serialization;

namespace MuSc.Cluster.Tests.Golden;

/// <summary>
/// What earlier releases wrote is read as what they meant. A folder here holds a release: for each type of the wire or of a store its bytes and
/// its members, and the calls between grains. <c>MUSC_GOLDEN=1.2.3 dotnet test --filter GoldenTests</c> writes the folder <c>1.2.3</c>;
/// once that is released, it is not written again.
/// </summary>
public sealed class GoldenTests : IDisposable
{
    private const string Variable = "MUSC_GOLDEN";
    private const string CallsFile = "calls.txt";
    private const string ArrayFile = "stored-array";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    private static IReadOnlyList<string> Releases { get; } =
        [.. Directory.GetDirectories(Folder()).Where(folder => File.Exists(Path.Combine(folder, CallsFile))).OrderBy(folder => Version.Parse(Path.GetFileName(folder)))];

    [Fact]
    public void EveryType_HasBytesOfTheNewestRelease()
    {
        string? release = Environment.GetEnvironmentVariable(Variable);
        if (release is not null)
        {
            Write(Path.Combine(Folder(), release));
        }

        string newest = release is null ? Releases[^1] : Path.Combine(Folder(), release);
        string[] written = [.. Directory.GetFiles(newest, "*.bin").Select(file => Path.GetFileNameWithoutExtension(file)).Except([ArrayFile])];
        Assert.Equal(WireTypes.All.Keys.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        Assert.Equal(WireTypes.Calls, File.ReadAllLines(Path.Combine(newest, CallsFile)));
        Assert.Empty(WireTypes.Stored.Except(WireTypes.Serialized));
        Assert.True(WireTypes.Stored.Count >= 4);
    }

    [Fact]
    public void BytesOfEveryRelease_AreReadAsWhatTheyMeant()
    {
        List<string> wrong = [];
        foreach (string file in Releases.SelectMany(release => Directory.GetFiles(release, "*.json")))
        {
            string where = $"{Path.GetFileName(Path.GetDirectoryName(file))} {Path.GetFileNameWithoutExtension(file)}";
            using JsonDocument meant = JsonDocument.Parse(File.ReadAllText(file));
            try
            {
                object read = Serializer.Deserialize<object>(File.ReadAllBytes(Path.ChangeExtension(file, "bin")))!;
                wrong.AddRange(Differences(meant.RootElement, Members(read), where));
            }
            catch (Exception error)
            {
                wrong.Add($"{where} cannot be read: {error.Message}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void CallsOfEveryRelease_AreStillAnswered() => Assert.All(
        Releases.SelectMany(release => File.ReadAllLines(Path.Combine(release, CallsFile))),
        call => Assert.Contains(WireTypes.Calls, now => now.StartsWith(call, StringComparison.Ordinal)));

    [Fact]
    public void ArraysOfEveryRelease_AreRead() => Assert.All(
        Releases, release => Assert.Equal(Array, StoredArray.Read<double>(Path.Combine(release, $"{ArrayFile}.bin"))));

    [Fact]
    public void TypesMembersAndCalls_AreNamedForTheWire()
    {
        Assert.All(WireTypes.Serialized.Concat(WireTypes.Grains.Where(type => type.GetMethods().Length > 0)), type => Assert.NotNull(type.GetCustomAttribute<AliasAttribute>()));
        Assert.All(WireTypes.Grains.SelectMany(type => type.GetMethods()), method => Assert.True(method.GetCustomAttribute<AliasAttribute>() is not null, $"{method.DeclaringType}.{method.Name}"));
        Assert.All(WireTypes.Serialized, type =>
        {
            PropertyInfo[] members = [.. type.GetProperties().Where(property => property.SetMethod is not null)];
            Assert.NotEmpty(members);
            Assert.All(members, member => Assert.True(member.GetCustomAttribute<IdAttribute>() is not null, $"{type}.{member.Name}"));
            Assert.Distinct(members.Select(member => member.GetCustomAttribute<IdAttribute>()!.Id));
        });
    }

    // What was added since is of no interest; what was there must be there.
    [Theory]
    [InlineData("""{ "A": 1 }""", """{ "A": 1, "B": 2 }""", 0)]
    [InlineData("""{ "A": [1, 2] }""", """{ "A": [1, 3] }""", 1)]
    [InlineData("""{ "A": [1, 2] }""", """{ "A": [1] }""", 1)]
    [InlineData("""{ "A": { "B": "x" } }""", """{ "A": { } }""", 1)]
    public void Differences_AreFound(string meant, string read, int differences) =>
        Assert.Equal(differences, Differences(JsonDocument.Parse(meant).RootElement, JsonDocument.Parse(read).RootElement, "").Count());

    public void Dispose() => _services.Dispose();

    private static double[] Array => [0.1, double.Epsilon, -3];

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static JsonElement Members(object value) => value is JobException error
        ? JsonSerializer.SerializeToElement(new JobExceptionConverter().ConvertToSurrogate(error))
        : JsonSerializer.SerializeToElement(value, value.GetType());

    private static IEnumerable<string> Differences(JsonElement meant, JsonElement read, string where) => (meant.ValueKind, read.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) => meant.EnumerateObject().SelectMany(member => read.TryGetProperty(member.Name, out JsonElement now)
            ? Differences(member.Value, now, $"{where}.{member.Name}")
            : [$"{where}.{member.Name} is gone"]),
        (JsonValueKind.Array, JsonValueKind.Array) when meant.GetArrayLength() == read.GetArrayLength() =>
            meant.EnumerateArray().Zip(read.EnumerateArray()).SelectMany((pair, index) => Differences(pair.First, pair.Second, $"{where}[{index}]")),
        _ => JsonElement.DeepEquals(meant, read) ? [] : [$"{where} was {meant}, is read as {read}"],
    };

    private void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, Type type) in WireTypes.All)
        {
            object value = Seeded.Make(type, seed: 1);
            File.WriteAllBytes(Path.Combine(folder, $"{name}.bin"), Serializer.SerializeToArray<object>(value));
            File.WriteAllText(Path.Combine(folder, $"{name}.json"), JsonSerializer.Serialize(Members(value), Indented) + "\n");
        }

        File.WriteAllLines(Path.Combine(folder, CallsFile), WireTypes.Calls);
        StoredArray.Write<double>(Path.Combine(folder, $"{ArrayFile}.bin"), Array);
    }
}
