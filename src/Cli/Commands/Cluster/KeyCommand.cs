using MuSc.Silo.Hosting;
using MuSc.Web.Access;

namespace MuSc.Cli.Commands.Cluster;

/// <summary><c>musc key</c>: the keys with which a server is used over HTTP.</summary>
internal static class KeyCommand
{
    public static MuscCommand Create(string name) => new(
        name,
        "Make, list and remove the keys with which a server is used over HTTP.",
        "musc key new alice --rights submit",
        "musc key list",
        "musc key remove alice")
    {
        New(), List(), Remove(),
    };

    private static MuscCommand New()
    {
        Argument<string> name = new("name") { Description = "Owner of what is made with the key: letters, digits, '.', '_' and '-'." };
        Option<string[]> rights = NewOption.Of<string[]>(
            "--rights", "list", "submit (own jobs), read (everybody's jobs), admin (everything); with commas between.");
        rights.Required = true;
        Option<string?> file = KeysOption();
        return new MuscCommand(
            "new",
            "Make a key and print it, once: only its hash is kept. A server that uses the file accepts it within seconds.",
            "musc key new alice --rights submit",
            "musc key new dashboard --rights read --keys /etc/musc/keys.json") { name, rights, file }.Does(parsed =>
        {
            KeyFile keys = Read(parsed, file);
            (AccessKey entry, string text) = keys.Add(parsed.GetRequiredValue(name), [.. parsed.Names(rights).Distinct()], DateTimeOffset.UtcNow);
            return new(
                () => new { entry.Id, entry.Name, entry.Rights, entry.Created, Key = text, File = Path.GetFullPath(keys.Path) },
                _ =>
                {
                    Console.WriteLine(text);
                    Console.Error.WriteLine($"The key is shown only now; its hash is in {keys.Path}.");
                });
        });
    }

    private static MuscCommand List()
    {
        Option<string?> file = KeysOption();
        return new MuscCommand("list", "List keys: owner, rights, when they were made.", "musc key list", "musc key list --json") { file }.Does(parsed =>
        {
            KeyFile keys = Read(parsed, file);
            IReadOnlyList<AccessKey> held = keys.Read();
            string[] columns = ["Name", "Id", "Rights", "Created"];
            return new(
                () => new { File = Path.GetFullPath(keys.Path), Keys = held.Select(Json) },
                console => console.WriteTable(
                    null,
                    columns.Select(Tables.Words),
                    held.Select(key => (string[])[key.Name, key.Id, string.Join(',', key.Rights), $"{key.Created:yyyy-MM-dd HH:mm:ss}"])));
        });
    }

    private static MuscCommand Remove()
    {
        Argument<string> name = new("name") { Description = "Owner of the keys." };
        Option<string?> id = NewOption.Of<string?>("--id", "id", "Remove only this key, where the owner has several [default: all of them]");
        Option<string?> file = KeysOption();
        return new MuscCommand(
            "remove",
            "Remove an owner's keys. A server that uses the file refuses them within seconds.",
            "musc key remove alice",
            "musc key remove alice --id J3kP0sXw2b") { name, id, file }.Does(parsed =>
        {
            IReadOnlyList<AccessKey> removed = Read(parsed, file).Remove(parsed.GetRequiredValue(name), parsed.GetValue(id));
            return new(
                () => new { Removed = removed.Select(Json) },
                _ => Console.WriteLine($"Removed {string.Join(", ", removed.Select(key => $"{key.Name} ({key.Id})"))}."));
        });
    }

    private static Option<string?> KeysOption() => NewOption.Of<string?>(
        "--keys", "file", $"File of keys [default: {KeyFile.Variable}, else {SiloHost.DefaultFolder}/{KeyFile.UsualName}]");

    private static KeyFile Read(ParseResult parsed, Option<string?> file) => new(
        parsed.GetValue(file) ?? (Environment.GetEnvironmentVariable(KeyFile.Variable) is { Length: > 0 } named
            ? named
            : Path.Combine(SiloHost.DefaultFolder, KeyFile.UsualName)));

    private static object Json(AccessKey key) => new { key.Id, key.Name, key.Rights, key.Created };
}
